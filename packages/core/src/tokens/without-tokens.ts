import { MIN_TOKEN_LENGTH } from '@claviger/contract';

const BODY = new RegExp(`_[0-9A-Za-z]{${MIN_TOKEN_LENGTH}}`);
const TOKENS = new RegExp(`(?:[a-z][a-z0-9_]{0,30})?_[0-9A-Za-z]{${MIN_TOKEN_LENGTH},}`, 'g');

/** The shortest text that can hold one. */
const MIN_LENGTH = MIN_TOKEN_LENGTH + 1;

/**
 * The text without what has the shape of a token, its checksum right or not: a secret that stands where
 * it does not belong is not repeated. No id of ours is that long.
 */
export function withoutTokens(text: string): string {
  // Nearly every text ends here.
  return text.length >= MIN_LENGTH && BODY.test(text) ? text.replaceAll(TOKENS, '<secret>') : text;
}
