import type { KeyChanged } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { assertNotRevoked, changeKey } from './change-key.ts';

/** Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED, BEYOND_OWN_RIGHTS. A key that is off stays off. */
export function disableKey(context: Context, caller: Caller, keyId: string): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async ({ key, nowMs }) => {
    assertNotRevoked(key);
    if (key.state === 'disabled') return { action: null, key, extra: {} };
    return {
      action: 'key.disabled',
      key: { ...key, state: 'disabled' as const, updatedAt: nowMs },
      extra: {},
    };
  });
}

/**
 * Also takes a reversible revocation back. Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED,
 * BEYOND_OWN_RIGHTS. A key that is on stays on.
 */
export function enableKey(context: Context, caller: Caller, keyId: string): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async ({ key, nowMs }) => {
    assertNotRevoked(key);
    if (key.state === 'enabled') return { action: null, key, extra: {} };
    const enabled = { ...key, state: 'enabled' as const, revokedAt: null, revokedReason: null };
    return { action: 'key.enabled', key: { ...enabled, updatedAt: nowMs }, extra: {} };
  });
}
