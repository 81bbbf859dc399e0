import { MAX_LEAK_URL_LENGTH } from '@claviger/contract';
import { tokenHint } from '../tokens/generate-token.ts';
import { findTokens } from '../tokens/token-finder.ts';

/** What somebody wrote who was not asked, without the tokens in it: those that were reported, and any other. */
export function maskedText(text: string, reported: readonly string[]): string {
  let masked = text;
  for (const token of reported.filter((each) => each !== ''))
    masked = masked.replaceAll(token, MASK);
  for (const { token } of findTokens(masked)) masked = masked.replaceAll(token, tokenHint(token));
  return masked;
}

const MASK = '…';

/**
 * An address as it may go on record: http or https, bounded, without credentials and without tokens. Null
 * for any other, and for one that hides a token in its encoding.
 */
export function recordableUrl(text: string, reported: readonly string[]): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = '';
  url.password = '';
  const masked = maskedText(url.href, reported);
  const plain = decoded(masked);
  const isClean = plain !== null && maskedText(plain, reported) === plain;
  return isClean && masked.length <= MAX_LEAK_URL_LENGTH ? masked : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
