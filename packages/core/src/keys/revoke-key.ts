import type { KeyChanged, RevokeKey } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { KeyRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { changeKey, type KeySwitch } from './change-key.ts';

/**
 * Cuts off all access; record and history stay. Where the API says that revocation is reversible, the key
 * is disabled and enabling restores it. Throws `RefusedError`: KEY_NOT_FOUND, BEYOND_OWN_RIGHTS. Revoking
 * twice keeps the first time and reason.
 */
export function revokeKey(
  context: Context,
  caller: Caller,
  keyId: string,
  { reason }: RevokeKey,
): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async (held) => revoked(reason ?? null)(held));
}

export function revoked(reason: string | null): KeySwitch {
  return ({ key, api, nowMs }) => {
    const state: KeyRecord['state'] =
      api.definition.revocation === 'reversible' ? 'disabled' : 'revoked';
    if (key.state === 'revoked' || (key.state === state && key.revokedAt !== null)) {
      return { action: null, key, extra: {} };
    }
    const off = { ...key, state, revokedAt: nowMs, revokedReason: reason };
    return { action: 'key.revoked', key: { ...off, updatedAt: nowMs }, extra: {} };
  };
}
