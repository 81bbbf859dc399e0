import { MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH } from '@claviger/contract';
import { hasValidChecksum } from './checksum.ts';

/** RFC 8959: a scheme that marks a text as a secret. */
const SECRET_TOKEN_SCHEME = 'secret-token:';

/** prefix (31) + `_` + body (128), twice with a colon between, and the scheme before it. */
const MAX_PRESENTED_LENGTH = SECRET_TOKEN_SCHEME.length + 2 * (31 + 1 + MAX_TOKEN_LENGTH) + 1;

const NATIVE = new RegExp(
  `^[a-z][a-z0-9_]{0,30}_[0-9A-Za-z]{${MIN_TOKEN_LENGTH},${MAX_TOKEN_LENGTH}}$`,
);

/** A presented credential taken apart. `token` is what is looked up; a pair is looked up by its secret. */
export interface Presented {
  readonly token: string;
  /** The public half that was presented together with the secret. */
  readonly publicKey: string | null;
}

/** Splits `pk_…:sk_…` and strips `secret-token:`. Null when it is no text or too long for any token. Never throws. */
export function splitPresented(presented: unknown): Presented | null {
  if (typeof presented !== 'string' || presented.length > MAX_PRESENTED_LENGTH) return null;
  // As nearly all are: neither a pair nor under a scheme.
  if (!presented.includes(':')) return { token: presented, publicKey: null };
  const text = presented.startsWith(SECRET_TOKEN_SCHEME)
    ? presented.slice(SECRET_TOKEN_SCHEME.length)
    : presented;
  const colon = text.indexOf(':');
  if (colon === -1) return { token: text, publicKey: null };
  return { token: text.slice(colon + 1), publicKey: text.slice(0, colon) };
}

/** Whether it has the shape of a token issued here and its checksum is right. Any input; never throws. */
export function isWellFormed(token: string): boolean {
  return NATIVE.test(token) && hasValidChecksum(token);
}

/** Everything before the last underscore: prefixes may hold underscores, bodies cannot. Empty when there is none. */
export function tokenPrefix(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf('_')));
}
