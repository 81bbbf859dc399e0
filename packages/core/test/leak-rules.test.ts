import { putApiBody, type LeakRule, type PutApiInput } from '@claviger/contract';
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { leakRulesOf } from '../src/leaks/leak-rules.ts';
import { ruleFile } from '../src/leaks/rule-files.ts';
import { generateToken } from '../src/tokens/generate-token.ts';

const define = (fields: Partial<PutApiInput>) =>
  putApiBody.parse({
    name: 'The "Shop" \\ API',
    formats: { secret: { prefix: 'shop', length: 48 } },
    permissions: [{ id: 'read', name: 'Read', access: 'read', publishable: true }],
    ...fields,
  });
const rulesOf = (fields: Partial<PutApiInput>): LeakRule[] =>
  leakRulesOf({ id: 'shop', definition: define(fields), createdAt: 0, updatedAt: 0 });

interface GitleaksRule {
  readonly id: string;
  readonly description: string;
  readonly regex: string;
  readonly secretGroup: number;
  readonly keywords?: readonly string[];
  readonly entropy?: number;
}

interface GitleaksConfig {
  readonly title: string;
  readonly extend: object;
  readonly rules: readonly GitleaksRule[];
}

const gitleaks = (rules: readonly LeakRule[]) =>
  parse(ruleFile(rules, 'gitleaks')?.content ?? '') as unknown as GitleaksConfig;

/** As gitleaks does: files without a keyword are not looked at, and the group is the secret. */
function secretsIn(text: string, { rules }: GitleaksConfig): string[] {
  return rules.flatMap(({ regex, secretGroup, keywords, entropy = 0 }) => {
    if (keywords && !keywords.some((word) => text.toLowerCase().includes(word))) return [];
    return [...text.matchAll(new RegExp(regex, 'g'))]
      .map((match) => match[secretGroup] ?? '')
      .filter((secret) => entropyOf(secret) > entropy);
  });
}

/** Of Shannon, in bits for each character. */
function entropyOf(text: string): number {
  const counts = [...Map.groupBy(text, (character) => character).values()];
  const parts = counts.map(({ length }) => length / text.length);
  return -parts.reduce((sum, part) => sum + part * Math.log2(part), 0);
}

const formats: [string, Partial<PutApiInput>, string][] = [
  ['one prefix', { formats: { secret: { prefix: 'int', length: 48 } } }, 'production'],
  ['the shortest body', { formats: { secret: { prefix: 'i', length: 28 } } }, 'production'],
  ['the longest body', { formats: { secret: { prefix: 'a_b2_c', length: 128 } } }, 'production'],
  ...['live', 'test'].map((environment): [string, Partial<PutApiInput>, string] => [
    `a prefix of ${environment}`,
    {
      environments: ['live', 'test'],
      formats: { secret: { prefix: { live: 'sk_live', test: 'sk_test' }, length: 40 } },
    },
    environment,
  ]),
];

describe.each(formats)('the rule for %s', (_, fields, environment) => {
  const { secret } = define(fields).formats;
  const config = gitleaks(rulesOf(fields));

  test('finds every token, whatever is around it', () => {
    const around = fc.constantFrom('', ' ', '"', "'", '=', ':', '/', ',', '\n', '`', '(', ';');
    fc.assert(
      fc.property(around, around, (before, after) => {
        const [one, two] = [1, 2].map(() => generateToken(secret!, environment));
        const text = `${before}${one}${after || ':'}${two}${before}`;
        expect(secretsIn(text, config)).toEqual([one, two]);
      }),
    );
  });

  test('finds nothing that is longer, shorter, or of one character', () => {
    const token = generateToken(secret!, environment);
    const prefix = token.slice(0, token.lastIndexOf('_') + 1);
    expect(secretsIn(`${token}x`, config)).toEqual([]);
    expect(secretsIn(`x${token}`, config)).toEqual([]);
    expect(secretsIn(token.slice(0, -1), config)).toEqual([]);
    expect(secretsIn(prefix + 'x'.repeat(secret!.length), config)).toEqual([]);
  });
});

test('what is public has no rule, and the secret half of a pair has one', () => {
  const format = { prefix: 'pk', length: 32 };
  const pair = { public: format, secret: { prefix: 'sk', length: 60 } };
  const rules = rulesOf({ formats: { publishable: format, pair } });
  expect(rules).toEqual([
    {
      id: 'shop-pair',
      apiId: 'shop',
      kind: 'pair',
      description: 'Secret half of a key of The "Shop" \\ API',
      pattern: 'sk_[0-9A-Za-z]{60}',
      keywords: ['sk_'],
      checksum: true,
    },
  ]);
  expect(rulesOf({ formats: { publishable: format } })).toEqual([]);
});

describe.each([
  ['^legacy-[0-9a-f]{32}$', ['legacy-']],
  ['^OLD-KEY[0-9]{8,12}$', ['old-key']],
  ['^[A-Za-z0-9]{40}$', null],
  ['^\\d{10}-\\w{16}\\.x$', null],
  ['^ab{3}[0-9]{20}$', null],
  ['^key\\+[A-Z]{12}\\/[a-z-]{4}$', ['key']],
])('the rule for the imported %s', (pattern, keywords) => {
  const rules = rulesOf({ legacyFormats: [pattern] }).slice(1);
  const config = gitleaks(rules);

  test('finds every key of the form', () => {
    const keys = fc.stringMatching(new RegExp(pattern));
    fc.assert(
      fc.property(keys, (key) => {
        expect(secretsIn(`KEY="${key}"`, config)).toEqual([key]);
      }),
    );
    expect(config.rules[0]?.keywords ?? null).toEqual(keywords);
    expect(config.rules[0]?.entropy).toBeUndefined();
  });
});

test('a gitleaks configuration keeps the rules that gitleaks has', () => {
  const config = gitleaks(rulesOf({ legacyFormats: ['^legacy-[0-9a-f]{32}$'] }));
  expect(config.extend).toEqual({ useDefault: true });
  expect(config.rules.map(({ id }) => id)).toEqual([
    'claviger-shop-secret',
    'claviger-shop-legacy-1',
  ]);
  expect(config.rules[0]?.description).toBe('Secret key of The "Shop" \\ API');
});

test('the patterns for GitHub are JSON, each with what may stand around it', () => {
  const content = ruleFile(rulesOf({}), 'github')?.content ?? '';
  expect(JSON.parse(content)).toEqual([
    {
      type: 'claviger_shop_secret',
      name: 'Secret key of The "Shop" \\ API',
      secretFormat: 'shop_[0-9A-Za-z]{48}',
      beforeSecret: '\\A|[^0-9A-Za-z]',
      afterSecret: '\\z|[^0-9A-Za-z]',
    },
  ]);
  expect(ruleFile(rulesOf({}), 'json')).toBeNull();
});
