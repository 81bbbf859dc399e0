import type { CreateKey, Fault } from '@claviger/contract';
import { newId } from '../ids.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import { covers, type Caller } from '../scope.ts';
import { msOfOrNull } from '../times.ts';
import {
  assertNoFaults,
  canonicalAddresses,
  canonicalOrigins,
  pastFaults,
  policyFaults,
  resolveExpiry,
  rootFaults,
  type KeyPolicy,
} from './key-rules.ts';
import { ownerFaults, ownOwner } from './key-owner.ts';

/** When it is made here, and when it was issued, which is the same unless it was issued elsewhere. */
export interface KeyTimes {
  readonly nowMs: number;
  readonly createdAt: number;
}

/**
 * The record of a new key, without its credentials, whether it is issued here or was elsewhere. `faults`:
 * those found before, listed first. Throws `InvalidRequestError` with every fault.
 */
export function newKey(
  caller: Caller,
  api: ApiRecord,
  input: CreateKey,
  { nowMs, createdAt }: KeyTimes,
  faults: readonly Fault[] = [],
): KeyRecord {
  const environment = input.environment ?? api.definition.environments[0] ?? '';
  const asked = input.expiresAt === undefined ? undefined : msOfOrNull(input.expiresAt);
  const expiry = resolveExpiry(api, createdAt, asked);
  const ownerId = input.ownerId ?? ownOwner(caller);
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
    ...faults,
    ...rootFaults(input.apiId, input.organizationId),
    ...kindFaults(api, input),
    ...environmentFaults(caller, api, environment),
    ...ownerFaults(caller, ownerId),
    ...policyFaults(api, policy),
    ...expiry.faults,
    ...overFaults(input, expiry.expiresAt, nowMs),
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
    ownerId,
    replacesKeyId: null,
    state: 'enabled',
    revokedAt: null,
    revokedReason: null,
    createdAt,
    createdBy: caller.actor,
    updatedAt: nowMs,
    metadata: input.metadata,
  };
}

/** Only of a key issued long ago can the default be over. */
function overFaults({ expiresAt }: CreateKey, resolved: number | null, nowMs: number): Fault[] {
  const faults = pastFaults(resolved, nowMs);
  if (expiresAt !== undefined) return faults;
  const message = 'is required: the API’s default, counted from "createdAt", is over';
  return faults.map(({ pointer }) => ({ pointer, message }));
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
