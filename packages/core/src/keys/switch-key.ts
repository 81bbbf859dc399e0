import type { KeyChanged } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { assertNotRevoked, changeKey, type KeySwitch } from './change-key.ts';

/** Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED, BEYOND_OWN_RIGHTS. A key that is off stays off. */
export function disableKey(context: Context, caller: Caller, keyId: string): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async (held) => disabled(held));
}

/** Throws `RefusedError` KEY_REVOKED. */
export const disabled: KeySwitch = ({ key, nowMs }) => {
  assertNotRevoked(key);
  if (key.state === 'disabled') return { action: null, key, extra: {} };
  return {
    action: 'key.disabled',
    key: { ...key, state: 'disabled', updatedAt: nowMs },
    extra: {},
  };
};

/**
 * Also takes a reversible revocation back. Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED,
 * BEYOND_OWN_RIGHTS. A key that is on stays on.
 */
export function enableKey(context: Context, caller: Caller, keyId: string): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async (held) => enabled(held));
}

/** Throws `RefusedError` KEY_REVOKED. */
export const enabled: KeySwitch = ({ key, nowMs }) => {
  assertNotRevoked(key);
  if (key.state === 'enabled') return { action: null, key, extra: {} };
  const on = { ...key, state: 'enabled' as const, revokedAt: null, revokedReason: null };
  return { action: 'key.enabled', key: { ...on, updatedAt: nowMs }, extra: {} };
};
