import type { TokenFormat } from '@claviger/contract';
import { randomBase62 } from './base62.ts';
import { checksum, CHECKSUM_LENGTH } from './checksum.ts';

/** A new token, `<prefix>_<random><checksum>`, with the prefix the format has for the environment. */
export function generateToken(format: TokenFormat, environment: string): string {
  const prefix = prefixFor(format, environment);
  const unchecked = `${prefix}_${randomBase62(format.length - CHECKSUM_LENGTH)}`;
  return unchecked + checksum(unchecked);
}

function prefixFor({ prefix }: TokenFormat, environment: string): string {
  if (typeof prefix === 'string') return prefix;
  const own = Object.hasOwn(prefix, environment) ? prefix[environment] : undefined;
  // The contract's schema lets no definition pass that has a gap here.
  if (own === undefined) throw new Error(`no prefix for environment "${environment}"`);
  return own;
}

/** What may be shown of a token for good: prefix, first and last four characters of its body. */
export function tokenHint(token: string): string {
  const body = token.lastIndexOf('_') + 1;
  return `${token.slice(0, body + 4)}…${token.slice(-4)}`;
}
