import type { CreateKey, Fault, KeyCreated } from '@claviger/contract';
import { commit, mutation, type Context } from '../context.ts';
import { newId } from '../ids.ts';
import type { Mutation, Transaction } from '../ports/committer.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import { assertWithinOwnRights, covers, type Caller } from '../scope.ts';
import { msOfOrNull } from '../times.ts';
import { apiNotFound } from '../verification/entries.ts';
import { resolveGrants } from '../verification/grants.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import { assertRoomForKey, organizationLock } from './key-limit.ts';
import { digestsOf, issueSecret } from './issue-secret.ts';
import {
  assertNoFaults,
  canonicalAddresses,
  canonicalOrigins,
  newCredits,
  pastFaults,
  policyFaults,
  resolveExpiry,
  rootFaults,
  type KeyPolicy,
} from './key-rules.ts';
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
  const key = { ...newKey(caller, api, input, nowMs), replacesKeyId };
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
    target: { type: 'key', id: key.id },
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

async function visibleApi(tx: Transaction, { scope }: Caller, apiId: string): Promise<ApiRecord> {
  const api = covers(scope, { apiId }) ? await tx.lockApi(apiId, 'read') : null;
  if (api === null) throw apiNotFound(apiId);
  return api;
}

async function assertOrganization(
  tx: Transaction,
  { scope }: Caller,
  { organizationId }: CreateKey,
  { definition }: ApiRecord,
): Promise<void> {
  const visible = covers(scope, { organizationId });
  const mode = organizationLock(definition);
  const organization = visible ? await tx.lockOrganization(organizationId, mode) : null;
  if (organization === null) throw organizationNotFound(organizationId);
}

function newKey(caller: Caller, api: ApiRecord, input: CreateKey, nowMs: number): KeyRecord {
  const environment = input.environment ?? api.definition.environments[0] ?? '';
  const asked = input.expiresAt === undefined ? undefined : msOfOrNull(input.expiresAt);
  const expiry = resolveExpiry(api, nowMs, asked);
  const policy: KeyPolicy = {
    permissions: input.permissions,
    preset: input.preset,
    kind: input.kind,
    allowedOrigins: input.allowedOrigins,
    allowedIps: input.allowedIps,
    resources: input.resources,
    rateLimits: input.rateLimits,
    notBefore: msOfOrNull(input.notBefore),
    expiresAt: expiry.expiresAt,
  };
  assertNoFaults([
    ...rootFaults(input.apiId, input.organizationId),
    ...kindFaults(api, input),
    ...environmentFaults(caller, api, environment),
    ...policyFaults(api, policy),
    ...expiry.faults,
    ...pastFaults(expiry.expiresAt, nowMs),
  ]);
  return {
    id: newId('key', nowMs),
    apiId: api.id,
    organizationId: input.organizationId,
    environment,
    name: input.name,
    description: input.description,
    hint: '',
    publicKey: null,
    ...policy,
    allowedOrigins: canonicalOrigins(policy.allowedOrigins),
    allowedIps: canonicalAddresses(policy.allowedIps),
    metered: input.credits !== null,
    ownerId: input.ownerId,
    replacesKeyId: null,
    state: 'enabled',
    revokedAt: null,
    revokedReason: null,
    createdAt: nowMs,
    createdBy: caller.actor,
    updatedAt: nowMs,
    metadata: input.metadata,
  };
}

function kindFaults({ definition: { formats } }: ApiRecord, { kind }: CreateKey): Fault[] {
  if (formats[kind] !== undefined) return [];
  const issued = Object.keys(formats).filter((name) => formats[name as keyof typeof formats]);
  return [
    {
      pointer: '/kind',
      message: `the API issues no keys of kind "${kind}", only ${issued.join(', ')}`,
    },
  ];
}

function environmentFaults(
  { scope }: Caller,
  { definition: { environments } }: ApiRecord,
  environment: string,
): Fault[] {
  const offered = environments.filter((known) => covers(scope, { environment: known }));
  if (offered.includes(environment)) return [];
  return [
    {
      pointer: '/environment',
      message: `"${environment}" cannot be used here; the API has ${offered.join(', ') || 'none that this root key may use'}`,
    },
  ];
}
