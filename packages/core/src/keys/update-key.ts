import type { Fault, KeyChanged, PatchKey } from '@claviger/contract';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Context } from '../context.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import { assertWithinOwnRights, type Caller } from '../scope.ts';
import { msOfOrNull } from '../times.ts';
import { resolveGrants } from '../verification/grants.ts';
import { assertNotRevoked, changeKey } from './change-key.ts';
import { assertRoomForKey, organizationLock } from './key-limit.ts';
import {
  assertNoFaults,
  canonicalAddresses,
  canonicalOrigins,
  newCredits,
  pastFaults,
  policyFaults,
  resolveExpiry,
} from './key-rules.ts';
import { ownerFaults } from './key-owner.ts';

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
    const asked = { ...key, ...changesOf(patch) };
    assertPolicy(api, key, asked, patch, nowMs);
    assertNoFaults(ownerFaults(caller, asked.ownerId));
    const patched = {
      ...asked,
      allowedOrigins: canonicalOrigins(asked.allowedOrigins),
      allowedIps: canonicalAddresses(asked.allowedIps),
    };
    // Setting credits is something, also to what they happen to be: they are spent meanwhile.
    const unchanged = patch.credits === undefined || (patch.credits === null && !key.metered);
    if (unchanged && canonicalJson(patched) === canonicalJson(key)) {
      return { action: null, key, extra: {} };
    }
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
    const changed = { action: 'key.updated', key: { ...patched, updatedAt: nowMs }, extra: {} };
    if (patch.credits === undefined) return changed;
    const credits = newCredits(patch.credits, nowMs);
    await tx.putCredits(key.id, credits);
    return { ...changed, credits };
  });
}

const hasExpired = ({ expiresAt }: KeyRecord, nowMs: number): boolean =>
  expiresAt !== null && expiresAt <= nowMs;

function changesOf({ expiresAt, notBefore, credits, ...rest }: PatchKey): Partial<KeyRecord> {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Partial<KeyRecord>),
    ...(credits !== undefined && { metered: credits !== null }),
    ...(expiresAt !== undefined && { expiresAt: msOfOrNull(expiresAt) }),
    ...(notBefore !== undefined && { notBefore: msOfOrNull(notBefore) }),
  };
}

/** What a definition, or a list of public suffixes, has outgrown since stays as it is until it is given anew. */
const KEPT = ['allowedOrigins', 'allowedIps', 'rateLimits'] as const;

function isAskedFor({ pointer }: Fault, patch: PatchKey): boolean {
  const field = pointer.split('/')[1];
  return !KEPT.some((kept) => kept === field && patch[kept] === undefined);
}

function assertPolicy(
  api: ApiRecord,
  before: KeyRecord,
  after: KeyRecord,
  patch: PatchKey,
  nowMs: number,
): void {
  const faults = policyFaults(api, after).filter((fault) => isAskedFor(fault, patch));
  if (patch.expiresAt !== undefined && after.expiresAt !== before.expiresAt) {
    faults.push(...resolveExpiry(api, before.createdAt, after.expiresAt).faults);
    faults.push(...pastFaults(after.expiresAt, nowMs));
  }
  assertNoFaults(faults);
}
