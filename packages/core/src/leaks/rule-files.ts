import type { LeakRule, LeakRules, leakRuleFormats } from '@claviger/contract';

type Format = (typeof leakRuleFormats)[number];

/** The rules as somebody else's scanner takes them. */
export function ruleFile(rules: readonly LeakRule[], format: Format): LeakRules['file'] {
  switch (format) {
    case 'json':
      return null;
    case 'gitleaks':
      return { name: '.gitleaks.toml', content: gitleaksConfig(rules) };
    case 'github':
      return { name: 'github-patterns.json', content: githubPatterns(rules) };
  }
}

/** Of random text, per character: a body of 28 has more than 4, a placeholder of one letter 0. */
const MIN_ENTROPY = 3;

/** A configuration for gitleaks, beside its own rules: github.com/gitleaks/gitleaks, "Configuration". */
function gitleaksConfig(rules: readonly LeakRule[]): string {
  const head = 'title = "Keys issued by Claviger"\n\n[extend]\nuseDefault = true\n';
  return [head, ...rules.map(gitleaksRule)].join('\n');
}

function gitleaksRule({ id, description, pattern, keywords, checksum }: LeakRule): string {
  const lines = [
    '[[rules]]',
    `id = ${JSON.stringify(`claviger-${id}`)}`,
    `description = ${JSON.stringify(description)}`,
    // A literal string of TOML: no pattern has a quote in it.
    `regex = '''${bounded(pattern)}'''`,
    'secretGroup = 1',
    ...(checksum ? [`entropy = ${MIN_ENTROPY}`] : []),
    ...(keywords.length > 0 ? [`keywords = ${JSON.stringify(keywords)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Between words. RE2 has no look-around, and a boundary takes no character that the next match needs. */
function bounded(pattern: string): string {
  const boundary = (isWord: boolean): string => (isWord ? String.raw`\b` : '');
  const begin = boundary(/^(?:\w|\(\?:|\\[dw]|\[(?:\w-\w|\w)+\])/.test(pattern));
  return `${begin}(${pattern})${boundary(endsInWord(pattern))}`;
}

/** Whether every match does: a letter, a digit, or a class of nothing else. */
function endsInWord(pattern: string): boolean {
  const last = pattern.replace(/\{[\d,]+\}$/, '');
  const [, members] = /\[([^\]]*)\]$/.exec(last) ?? [];
  if (members === undefined) return /(?:\\[dw]|(?<!\\)\w)$/.test(last);
  return /^(?:\w-\w|\w)+$/.test(members);
}

/**
 * What GitHub asks for when a format joins the partner program, and the fields of a custom pattern of
 * one's own: docs.github.com, "Defining custom patterns for secret scanning".
 */
function githubPatterns(rules: readonly LeakRule[]): string {
  const patterns = rules.map(({ id, description, pattern }) => ({
    type: `claviger_${id.replaceAll('-', '_')}`,
    name: description,
    secretFormat: pattern,
    beforeSecret: String.raw`\A|[^0-9A-Za-z]`,
    afterSecret: String.raw`\z|[^0-9A-Za-z]`,
  }));
  return `${JSON.stringify(patterns, null, 2)}\n`;
}
