import type { RotateKey, SecretIssued } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { replaceSecret } from './replace-secret.ts';

/**
 * A new secret on the same key. Those that are live stay so until the overlap ends; an overlap that ends
 * earlier already keeps its end. The key's own expiry is untouched: rotating never extends its life.
 * Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED, KEY_EXPIRED, TOO_MANY_SECRETS, BEYOND_OWN_RIGHTS.
 */
export function rotateKey(
  context: Context,
  caller: Caller,
  keyId: string,
  { overlapSeconds }: RotateKey,
): Promise<SecretIssued> {
  return replaceSecret(context, caller, keyId, 'key.rotated', (secret, nowMs) => {
    if (overlapSeconds === 0) return { ...secret, endedAt: nowMs };
    const end = nowMs + overlapSeconds * 1_000;
    return { ...secret, expiresAt: Math.min(secret.expiresAt ?? end, end) };
  });
}
