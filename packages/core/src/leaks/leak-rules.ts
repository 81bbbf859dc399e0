import type { LeakRule, TokenFormat } from '@claviger/contract';
import type { ApiRecord } from '../ports/records.ts';

/** A rule for each format of secret that the API issues or takes. What is public is not to be found. */
export function leakRulesOf({ id: apiId, definition }: ApiRecord): LeakRule[] {
  const { formats, legacyFormats, name } = definition;
  const rules: LeakRule[] = [];
  if (formats.secret !== undefined) rules.push(native(apiId, name, 'secret', formats.secret));
  if (formats.pair !== undefined) rules.push(native(apiId, name, 'pair', formats.pair.secret));
  const legacy = legacyFormats.map((format, index) => imported(apiId, name, format, index + 1));
  return [...rules, ...legacy];
}

function native(
  apiId: string,
  name: string,
  kind: 'secret' | 'pair',
  { prefix, length }: TokenFormat,
): LeakRule {
  const all = typeof prefix === 'string' ? [prefix] : Object.values(prefix);
  const prefixes = [...new Set(all)].toSorted();
  const [only] = prefixes;
  const begin = prefixes.length === 1 ? only : `(?:${prefixes.join('|')})`;
  return {
    id: `${apiId}-${kind}`,
    apiId,
    kind,
    description: kind === 'pair' ? `Secret half of a key of ${name}` : `Secret key of ${name}`,
    pattern: `${begin}_[0-9A-Za-z]{${length}}`,
    keywords: prefixes.map((each) => `${each}_`),
    checksum: true,
  };
}

function imported(apiId: string, name: string, format: string, number: number): LeakRule {
  return {
    id: `${apiId}-legacy-${number}`,
    apiId,
    kind: 'legacy',
    description: `Imported key of ${name}`,
    pattern: format.slice(1, -1),
    keywords: leadingLiteral(format),
    checksum: false,
  };
}

/** Fewer characters than these are in every file. */
const MIN_KEYWORD_LENGTH = 3;

/** What each match begins with, in lower case as scanners compare it. The last character may be a repeated one. */
function leadingLiteral(format: string): string[] {
  const [, literal = '', after] = /^\^([A-Za-z0-9_-]*)(.)/.exec(format) ?? [];
  const certain = after === '{' ? literal.slice(0, -1) : literal;
  return certain.length < MIN_KEYWORD_LENGTH ? [] : [certain.toLowerCase()];
}
