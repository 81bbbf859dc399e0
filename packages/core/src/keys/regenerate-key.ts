import type { SecretIssued } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { replaceSecret } from './replace-secret.ts';

/**
 * A new secret on the same key; every other one is dead when this returns. Throws `RefusedError`:
 * KEY_NOT_FOUND, KEY_REVOKED, KEY_EXPIRED, BEYOND_OWN_RIGHTS.
 */
export function regenerateKey(
  context: Context,
  caller: Caller,
  keyId: string,
): Promise<SecretIssued> {
  return replaceSecret(context, caller, keyId, 'key.regenerated', (secret, nowMs) => ({
    ...secret,
    endedAt: nowMs,
  }));
}
