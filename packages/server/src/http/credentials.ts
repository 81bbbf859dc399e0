import { RefusedError } from '@claviger/core';

/**
 * The presented key: `Authorization: Bearer <token>` (scheme in any case, RFC 9110 11.1) or `X-API-Key: <token>`.
 * Null when there is none. Throws `RefusedError` CONFLICTING_CREDENTIALS for two that differ.
 */
export function readCredential(
  authorization: string | undefined,
  apiKey: string | undefined,
): string | null {
  const bearer = authorization === undefined ? undefined : bearerToken(authorization);
  const plain = apiKey === undefined || apiKey === '' ? undefined : apiKey;
  if (bearer !== undefined && plain !== undefined && bearer !== plain) {
    throw new RefusedError(
      'CONFLICTING_CREDENTIALS',
      'Authorization and X-API-Key carry different keys. Send the key in one of them.',
    );
  }
  return bearer ?? plain ?? null;
}

function bearerToken(authorization: string): string | undefined {
  // Compared without a regular expression: this runs for every request.
  if (authorization.length < 8 || authorization.charCodeAt(6) !== 32) return undefined;
  if (authorization.slice(0, 6).toLowerCase() !== 'bearer') return undefined;
  const token = authorization.slice(7).trim();
  return token === '' ? undefined : token;
}
