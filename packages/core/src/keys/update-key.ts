import type { KeyChanged, PatchKey } from '@claviger/contract';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Context } from '../context.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import { assertWithinOwnRights, type Caller } from '../scope.ts';
import { msOfOrNull } from '../times.ts';
import { resolveGrants } from '../verification/grants.ts';
import { assertNotRevoked, changeKey } from './change-key.ts';
import { assertRoomForKey, organizationLock } from './key-limit.ts';
import { assertNoFaults, pastFaults, policyFaults, resolveExpiry } from './key-rules.ts';

/**
 * Changes the fields that are given. Throws `RefusedError`: KEY_NOT_FOUND, KEY_REVOKED, KEY_LIMIT_REACHED,
 * BEYOND_OWN_RIGHTS, INVALID_REQUEST with every fault.
 */
export function updateKey(
  context: Context,
  caller: Caller,
  keyId: string,
  patch: PatchKey,
): Promise<KeyChanged> {
  return changeKey(context, caller, keyId, async ({ tx, key, api, nowMs }) => {
    assertNotRevoked(key);
    const patched = { ...key, ...changesOf(patch) };
    if (canonicalJson(patched) === canonicalJson(key)) return { action: null, key, extra: {} };
    assertPolicy(api, key, patched, patch, nowMs);
    assertWithinOwnRights(caller, {
      apiId: api.id,
      permissions: resolveGrants(api.definition, patched.permissions, patched.preset),
      resources: patched.resources,
    });
    if (hasExpired(key, nowMs) && !hasExpired(patched, nowMs)) {
      // It begins to live again, and counts from now on.
      await tx.lockOrganization(key.organizationId, organizationLock(api.definition));
      await assertRoomForKey(tx, api, key, nowMs);
    }
    return { action: 'key.updated', key: { ...patched, updatedAt: nowMs }, extra: {} };
  });
}

const hasExpired = ({ expiresAt }: KeyRecord, nowMs: number): boolean =>
  expiresAt !== null && expiresAt <= nowMs;

function changesOf({ expiresAt, notBefore, ...rest }: PatchKey): Partial<KeyRecord> {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Partial<KeyRecord>),
    ...(expiresAt !== undefined && { expiresAt: msOfOrNull(expiresAt) }),
    ...(notBefore !== undefined && { notBefore: msOfOrNull(notBefore) }),
  };
}

function assertPolicy(
  api: ApiRecord,
  before: KeyRecord,
  after: KeyRecord,
  patch: PatchKey,
  nowMs: number,
): void {
  const faults = policyFaults(api, after);
  if (patch.expiresAt !== undefined && after.expiresAt !== before.expiresAt) {
    faults.push(...resolveExpiry(api, before.createdAt, after.expiresAt).faults);
    faults.push(...pastFaults(after.expiresAt, nowMs));
  }
  assertNoFaults(faults);
}
