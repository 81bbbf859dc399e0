import {
  addressFault,
  canonicalAddress,
  canonicalOrigin,
  exceedsMaximum,
  presetPermissions,
  ROOT_API_ID,
  ROOT_ORGANIZATION_ID,
  type Credits,
  type Fault,
  type KeyKind,
  type KeyRateLimit,
  type PutApi,
  type ResourceScope,
} from '@claviger/contract';
import { andMore } from '../and-more.ts';
import { countOf } from '../count-of.ts';
import { InvalidRequestError } from '../errors.ts';
import type { ApiRecord, CreditsRecord } from '../ports/records.ts';
import { originFault } from '../verification/origins.ts';
import { DAY_MS, isoTime } from '../times.ts';

/** What a key says of itself that its API's definition has to agree with. */
export interface KeyPolicy {
  readonly permissions: readonly string[];
  readonly preset: string | null;
  readonly kind: KeyKind;
  readonly allowedOrigins: readonly string[];
  readonly allowedIps: readonly string[];
  readonly resources: ResourceScope;
  readonly rateLimits: readonly KeyRateLimit[];
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
}

export function assertNoFaults(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new InvalidRequestError(faults);
}

/** Every fault of a policy under the API, with a pointer into the request. */
export function policyFaults(api: ApiRecord, policy: KeyPolicy): Fault[] {
  const faults = [
    ...permissionFaults(api.definition, policy),
    ...presetFaults(api.definition, policy),
    ...publishableFaults(api.definition, policy),
    ...originFaults(policy),
    ...addressFaults(policy),
    ...resourceFaults(api.definition, policy),
    ...rateLimitFaults(api.definition, policy.rateLimits),
  ];
  const { notBefore, expiresAt } = policy;
  if (notBefore !== null && expiresAt !== null && notBefore >= expiresAt) {
    faults.push({ pointer: '/notBefore', message: 'must lie before expiresAt' });
  }
  return faults;
}

function permissionFaults(
  { permissions: catalog }: PutApi,
  { permissions, preset }: KeyPolicy,
): Fault[] {
  if (permissions.length === 0 && preset === null) {
    return [
      {
        pointer: '/permissions',
        message: 'must name at least one permission, or "preset" must be set',
      },
    ];
  }
  const known = new Set(catalog.map(({ id }) => id));
  return permissions.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            pointer: `/permissions/${index}`,
            message: `"${id}" is not in the catalog, which has ${shortList([...known])}`,
          },
        ],
  );
}

function presetFaults({ presets }: PutApi, { preset }: KeyPolicy): Fault[] {
  if (preset === null || presets.some(({ id }) => id === preset)) return [];
  const offered =
    presets.length === 0
      ? 'the API defines no presets; use "permissions"'
      : `the API has ${shortList(presets.map(({ id }) => id))}`;
  return [{ pointer: '/preset', message: `"${preset}" is not a preset: ${offered}` }];
}

/** What stands in a web page is everybody's: it grants what everybody may, and from its pages only. */
function publishableFaults(
  definition: PutApi,
  { kind, permissions, preset, allowedOrigins }: KeyPolicy,
): Fault[] {
  if (kind !== 'publishable') return [];
  const faults: Fault[] = [];
  const allowed = new Set(
    definition.permissions.filter(({ publishable }) => publishable).map(({ id }) => id),
  );
  const offered = `; a publishable key may hold ${shortList([...allowed]) || 'none'}`;
  for (const [index, id] of permissions.entries()) {
    if (allowed.has(id)) continue;
    faults.push({
      pointer: `/permissions/${index}`,
      message: `"${id}" is not publishable${offered}`,
    });
  }
  const beyond = presetPermissions(definition, preset).filter((id) => !allowed.has(id));
  if (beyond.length > 0) {
    faults.push({
      pointer: '/preset',
      message: `"${preset}" grants ${shortList(beyond)}, which is not publishable${offered}`,
    });
  }
  if (allowedOrigins.length === 0) {
    faults.push({
      pointer: '/allowedOrigins',
      message: 'must name at least one origin: a publishable key works from its origins only',
    });
  }
  return faults;
}

function originFaults({ kind, allowedOrigins }: KeyPolicy): Fault[] {
  if (kind === 'secret' && allowedOrigins.length > 0) {
    return [
      {
        pointer: '/allowedOrigins',
        message:
          'must be empty for a secret key, which is accepted from anywhere; restrict it with "allowedIps", or create a publishable key or a pair',
      },
    ];
  }
  return faultsOfEach('/allowedOrigins', allowedOrigins, originFault, canonicalOrigin);
}

function addressFaults({ allowedIps }: KeyPolicy): Fault[] {
  return faultsOfEach('/allowedIps', allowedIps, addressFault, canonicalAddress);
}

/** Two spellings of the same entry are the same entry. */
function faultsOfEach(
  pointer: string,
  entries: readonly string[],
  faultOf: (entry: string) => string | null,
  canonical: (entry: string) => string,
): Fault[] {
  const seen = new Map<string, string>();
  return entries.flatMap((entry, index) => {
    const fault = faultOf(entry);
    if (fault !== null) return [{ pointer: `${pointer}/${index}`, message: fault }];
    const earlier = seen.get(canonical(entry));
    seen.set(canonical(entry), entry);
    if (earlier === undefined) return [];
    return [{ pointer: `${pointer}/${index}`, message: `is the same as "${earlier}"` }];
  });
}

function rateLimitFaults(
  { rateLimits: defined, rateLimitMax: max }: PutApi,
  own: readonly KeyRateLimit[],
): Fault[] {
  const seen = new Set<string>();
  return own.flatMap(({ name, limit, windowSeconds }, index) => {
    const pointer = `/rateLimits/${index}`;
    const faults: Fault[] = [];
    if (seen.has(name))
      faults.push({ pointer: `${pointer}/name`, message: `"${name}" is set twice` });
    seen.add(name);
    if (defined.some((other) => other.name === name && other.scope === 'organization')) {
      faults.push({
        pointer: `${pointer}/name`,
        message: `"${name}" is a limit of whole organizations, which a key cannot change; use another name`,
      });
    }
    if (max !== null && exceedsMaximum({ limit, windowSeconds }, max)) {
      faults.push({
        pointer: `${pointer}/limit`,
        message: `${limit} in ${windowSeconds} s is more than the API allows a key: ${max.limit} in any ${max.windowSeconds} s`,
      });
    }
    return faults;
  });
}

function resourceFaults({ resourceTypes }: PutApi, { resources }: KeyPolicy): Fault[] {
  const types = resourceTypes.map(({ id }) => id);
  return Object.keys(resources)
    .filter((type) => !types.includes(type))
    .map((type) => ({
      pointer: `/resources/${type}`,
      message:
        types.length === 0
          ? 'the API declares no resource types to restrict keys to'
          : `"${type}" is not a resource type of the API, which has ${types.join(', ')}`,
    }));
}

const MAX_LISTED = 20;

const shortList = (ids: readonly string[]): string => andMore(ids.slice(0, MAX_LISTED), ids.length);

/** Root keys are the keys of the built-in API, and belong to the built-in organization: no other mix. */
export function rootFaults(apiId: string, organizationId: string): Fault[] {
  const rootApi = apiId === ROOT_API_ID;
  if (rootApi === (organizationId === ROOT_ORGANIZATION_ID)) return [];
  return [
    {
      pointer: '/organizationId',
      message: rootApi
        ? `must be "${ROOT_ORGANIZATION_ID}": root keys belong to the built-in organization; bind them to others in "resources"`
        : `"${ROOT_ORGANIZATION_ID}" owns root keys only`,
    },
  ];
}

/** The end of a key's life: what was asked for, within what the API allows, else the API's default. */
export function resolveExpiry(
  { definition }: ApiRecord,
  createdAt: number,
  asked: number | null | undefined,
): { expiresAt: number | null; faults: Fault[] } {
  const defaultDays = definition.expiry?.defaultDays ?? null;
  const maxDays = definition.expiry?.maxDays ?? null;
  if (asked === undefined) {
    const days = defaultDays ?? maxDays;
    return { expiresAt: days === null ? null : createdAt + days * DAY_MS, faults: [] };
  }
  if (maxDays === null) return { expiresAt: asked, faults: [] };
  const latest = createdAt + maxDays * DAY_MS;
  if (asked !== null && asked <= latest) return { expiresAt: asked, faults: [] };
  const must = asked === null ? 'must not be null' : `must not be later than ${isoTime(latest)}`;
  const message = `${must}: keys of this API live ${countOf(maxDays, 'day')} at most`;
  return { expiresAt: asked, faults: [{ pointer: '/expiresAt', message }] };
}

/** A time that is already over is a mistake: revoking says what it does. */
export function pastFaults(expiresAt: number | null, nowMs: number): Fault[] {
  if (expiresAt === null || expiresAt > nowMs) return [];
  return [
    { pointer: '/expiresAt', message: 'must lie in the future; to cut a key off now, revoke it' },
  ];
}

/** The entries as they are compared and shown. Only for those without a fault. */
export const canonicalOrigins = (entries: readonly string[]): string[] =>
  entries.map(canonicalOrigin);
export const canonicalAddresses = (entries: readonly string[]): string[] =>
  entries.map(canonicalAddress);

export function newCredits(credits: Credits | null, nowMs: number): CreditsRecord | null {
  return credits === null ? null : { ...credits, refilledAt: nowMs };
}
