import type { CreateKey, KeyCreated } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import type { Mutation, Transaction } from '../ports/committer.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import { assertWithinOwnRights, covers, type Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';
import { resolveGrants } from '../verification/grants.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import { assertRoomForKey, organizationLock } from './key-limit.ts';
import { digestsOf, issueSecret } from './issue-secret.ts';
import { newCredits } from './key-rules.ts';
import { newKey } from './new-key.ts';
import { presentKey } from './present-key.ts';

/**
 * Issues a key. The answer holds the secret, the only time anyone sees it. Throws `RefusedError`:
 * API_NOT_FOUND, ORGANIZATION_NOT_FOUND, KEY_LIMIT_REACHED, BEYOND_OWN_RIGHTS, INVALID_REQUEST with every fault.
 */
export function createKey(context: Context, caller: Caller, input: CreateKey): Promise<KeyCreated> {
  return commit(context, (tx) => issueKey(context, caller, tx, input, null));
}

/** Inside a transaction; `replacesKeyId`: the key that this one is to replace. Throws as `createKey`. */
export async function issueKey(
  context: Context,
  caller: Caller,
  tx: Transaction,
  input: CreateKey,
  replacesKeyId: string | null,
): Promise<Mutation<IssuedKey>> {
  const api = await visibleApi(tx, caller, input.apiId);
  const nowMs = context.clock.now();
  await assertOrganization(tx, caller, input, api);
  const times = { nowMs, createdAt: nowMs };
  const key = { ...newKey(caller, api, input, times), replacesKeyId };
  assertWithinOwnRights(caller, {
    apiId: api.id,
    permissions: resolveGrants(api.definition, key.permissions, key.preset),
    resources: key.resources,
  });
  await assertRoomForKey(tx, api, key, nowMs);

  const secret = issueSecret(context, api, key, 'secret', nowMs);
  const open = issueSecret(context, api, key, 'public', nowMs);
  const secrets = [secret, open].flatMap((half) => (half === undefined ? [] : [half.record]));
  const hint = (secret ?? open)?.record.hint;
  if (hint === undefined) throw new Error('the faults of the kind were checked');
  const issued: KeyRecord = { ...key, hint, publicKey: open?.token ?? null };
  const credits = newCredits(input.credits, nowMs);
  await tx.insertKey(issued);
  for (const record of secrets) await tx.insertSecret(record);
  if (credits !== null) await tx.putCredits(key.id, credits);

  const nothingUsed = { lastUsedAt: null, secretLastUsedAt: new Map<string, number>() };
  const after = presentKey({ key: issued, secrets, credits, ...nothingUsed }, nowMs);
  const deed = {
    action: 'key.created',
    target: auditTarget.key(key),
    before: null,
    after,
    digests: digestsOf(secret, open),
  } as const;
  return mutation(caller, nowMs, deed, {
    key: after,
    ...(secret && { secret: secret.token }),
    ...(open && { publicKey: open.token }),
  });
}

type IssuedKey = Omit<KeyCreated, 'effective'>;

/** The API, unless the caller may not see it. Throws `RefusedError` API_NOT_FOUND. */
export async function visibleApi(
  tx: Transaction,
  { scope }: Caller,
  apiId: string,
): Promise<ApiRecord> {
  const api = covers(scope, { apiId }) ? await tx.lockApi(apiId, 'read') : null;
  if (api === null) throw apiNotFound(apiId);
  return api;
}

/** Locked for a new key. Throws `RefusedError` ORGANIZATION_NOT_FOUND. */
export async function assertOrganization(
  tx: Transaction,
  { scope }: Caller,
  { organizationId }: Pick<CreateKey, 'organizationId'>,
  { definition }: ApiRecord,
): Promise<void> {
  const visible = covers(scope, { organizationId });
  const mode = organizationLock(definition);
  const organization = visible ? await tx.lockOrganization(organizationId, mode) : null;
  if (organization === null) throw organizationNotFound(organizationId);
}
