/**
 * Patterns for keys that were issued elsewhere. Only what can be matched in bounded time is taken:
 * anchored at both ends; literals, `\d`, `\w` and character classes; each once or with a counted
 * repetition. No groups, alternatives, `*` or `+`, so a pattern cannot be made to backtrack without end.
 */
const ATOM = String.raw`(?:[A-Za-z0-9_:-]|\\[.dw/+=-]|\[[A-Za-z0-9_.-]+\])(?:\{\d{1,3}(?:,\d{1,3})?\})?`;
const PATTERN = new RegExp(String.raw`^\^(?:${ATOM})+\$$`);

/** Two repetitions of variable length cost at most 999 × 999 steps; a third would cost a thousand times that. */
const MAX_VARIABLE_REPETITIONS = 2;

export function isBoundedPattern(pattern: string): boolean {
  if (!PATTERN.test(pattern)) return false;
  if ((pattern.match(/\{\d+,\d+\}/g) ?? []).length > MAX_VARIABLE_REPETITIONS) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false; // "{3,1}" or "[z-a]"
  }
}
