import { anyContains } from '../ascii.ts';
import type { KeyFilter } from '../ports/key-store.ts';
import type { KeyRecord } from '../ports/records.ts';
import { allows } from '../scope.ts';
import { keyStatus } from './present-key.ts';

/**
 * Whether a list with this filter holds the key: the rule of the databases' conditions, for a key at hand.
 * `lastUsedAt` is `NEVER_USED` for one that was never used.
 */
export function keyMatches(
  filter: KeyFilter,
  key: KeyRecord,
  lastUsedAt: number,
  nowMs: number,
): boolean {
  const { status, kind, text, lastUsedBefore, createdBefore, expiresAfter, expiresBefore } = filter;
  return (
    allows(filter.ids, key.id) &&
    allows(filter.apiIds, key.apiId) &&
    allows(filter.organizationIds, key.organizationId) &&
    allows(filter.environments, key.environment) &&
    (status === null || keyStatus(key, nowMs) === status) &&
    (kind === null || key.kind === kind) &&
    (filter.ownerIds === null || (key.ownerId !== null && allows(filter.ownerIds, key.ownerId))) &&
    (filter.replacesKeyId === null || key.replacesKeyId === filter.replacesKeyId) &&
    (lastUsedBefore === null || lastUsedAt < lastUsedBefore) &&
    (createdBefore === null || key.createdAt < createdBefore) &&
    (expiresAfter === null || (key.expiresAt !== null && key.expiresAt >= expiresAfter)) &&
    (expiresBefore === null || (key.expiresAt !== null && key.expiresAt < expiresBefore)) &&
    holdsPermission(key, filter.permission) &&
    isScopedTo(key, filter.resource) &&
    hasMetadata(key, filter.metadata) &&
    (text === null ||
      anyContains([key.name, key.description, key.id, key.publicKey, key.hint], text))
  );
}

function holdsPermission(key: KeyRecord, wanted: KeyFilter['permission']): boolean {
  if (wanted === null || key.permissions.includes(wanted.id)) return true;
  return wanted.presets.some(({ apiId, preset }) => apiId === key.apiId && preset === key.preset);
}

export function isScopedTo({ resources }: KeyRecord, wanted: KeyFilter['resource']): boolean {
  if (wanted === null) return true;
  const ids = Object.hasOwn(resources, wanted.type) ? resources[wanted.type] : undefined;
  return ids?.includes(wanted.id) ?? false;
}

function hasMetadata({ metadata }: KeyRecord, wanted: KeyFilter['metadata']): boolean {
  return Object.entries(wanted).every(
    ([name, text]) => Object.hasOwn(metadata, name) && metadataText(metadata[name]) === text,
  );
}

/** Null where the value has no text to be compared: null, lists and objects. */
function metadataText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : null;
}
