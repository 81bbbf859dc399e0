/**
 * Patterns for keys that were issued elsewhere. Only what can be matched in bounded time is taken:
 * anchored at both ends; literals, `\d`, `\w` and character classes; each once or with a counted
 * repetition. No groups, alternatives, `*` or `+`, so a pattern cannot be made to backtrack without end.
 * No colon, which parts the halves of a pair.
 */
const ATOM = String.raw`(?:[A-Za-z0-9_-]|\\[.dw/+=-]|\[[A-Za-z0-9_.-]+\])(?:\{\d{1,3}(?:,\d{1,3})?\})?`;
const PATTERN = new RegExp(String.raw`^\^(?:${ATOM})+\$$`);

/** Two repetitions of variable length cost at most 999 × 999 steps; a third would cost a thousand times that. */
const MAX_VARIABLE_REPETITIONS = 2;

/** Presented texts that are longer are refused unread. */
const MAX_LEGACY_LENGTH = 256;

export function isBoundedPattern(pattern: string): boolean {
  if (!PATTERN.test(pattern)) return false;
  if ((pattern.match(/\{\d+,\d+\}/g) ?? []).length > MAX_VARIABLE_REPETITIONS) return false;
  if (longestMatch(pattern) > MAX_LEGACY_LENGTH) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false; // "{3,1}" or "[z-a]"
  }
}

function longestMatch(pattern: string): number {
  const atoms = pattern.slice(1, -1).match(new RegExp(ATOM, 'g')) ?? [];
  return atoms
    .map((atom) => Number(/(\d+)\}$/.exec(atom)?.[1] ?? 1))
    .reduce((length, repetitions) => length + repetitions, 0);
}
