import type { PutApi } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import type { LockMode, Transaction } from '../ports/committer.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';

/** A maximum can only be kept when the organization's keys are counted by one writer at a time. */
export const organizationLock = ({ maxKeysPerOrganization }: PutApi): LockMode =>
  maxKeysPerOrganization === null ? 'read' : 'write';

/** Under `organizationLock`, before one more key begins to live. Throws `RefusedError` KEY_LIMIT_REACHED. */
export async function assertRoomForKey(
  tx: Transaction,
  api: ApiRecord,
  { organizationId }: Pick<KeyRecord, 'organizationId'>,
  nowMs: number,
): Promise<void> {
  if (api.definition.maxKeysPerOrganization === null) return;
  assertRoomBeside(await countLiveKeys(tx, api, organizationId, nowMs), api, organizationId);
}

export const countLiveKeys = (
  tx: Transaction,
  { id: apiId }: ApiRecord,
  organizationId: string,
  nowMs: number,
): Promise<number> => tx.countKeys({ apiId, organizationId, liveAt: nowMs });

/** For who has counted the keys that live. Throws `RefusedError` KEY_LIMIT_REACHED. */
export function assertRoomBeside(
  live: number,
  { id, definition: { maxKeysPerOrganization: max } }: ApiRecord,
  organizationId: string,
): void {
  if (max === null || live < max) return;
  throw new RefusedError(
    'KEY_LIMIT_REACHED',
    `The organization "${organizationId}" has ${live} keys of API "${id}", which allows ${max}. Revoke or delete one that is no longer used.`,
  );
}
