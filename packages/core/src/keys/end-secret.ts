import type { KeyChanged } from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import { changeKey } from './change-key.ts';
import { isLiveSecret } from './present-key.ts';

/**
 * Ends the overlap of a replaced secret. Throws `RefusedError`: KEY_NOT_FOUND, SECRET_NOT_FOUND,
 * LAST_SECRET for the current one, BEYOND_OWN_RIGHTS.
 */
export function endSecret(
  context: Context,
  caller: Caller,
  keyId: string,
  secretId: string,
): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async ({ tx, key, found, nowMs }) => {
    const secret = found.secrets.find(({ id }) => id === secretId);
    if (secret === undefined || !isLiveSecret(key.kind, secret, nowMs)) {
      throw new RefusedError(
        'SECRET_NOT_FOUND',
        `The key has no live secret "${secretId}". Read the key: its "secrets" lists those that are live.`,
      );
    }
    if (secret.expiresAt === null) {
      throw new RefusedError(
        'LAST_SECRET',
        'This is the key’s current secret. Rotate or regenerate the key to replace it, or revoke the key.',
      );
    }
    const ended = { ...secret, endedAt: nowMs };
    await tx.updateSecret(ended);
    return {
      action: 'key.secret_ended',
      key: { ...key, updatedAt: nowMs },
      secrets: found.secrets.map((other) => (other.id === secretId ? ended : other)),
      extra: {},
    };
  });
}
