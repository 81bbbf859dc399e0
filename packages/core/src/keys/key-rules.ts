import {
  ROOT_API_ID,
  ROOT_ORGANIZATION_ID,
  type Fault,
  type PutApi,
  type ResourceScope,
} from '@claviger/contract';
import { InvalidRequestError } from '../errors.ts';
import type { ApiRecord } from '../ports/records.ts';
import { ROOT_RESOURCE_TYPES } from '../scope.ts';
import { DAY_MS, isoTime } from '../times.ts';

/** What a key says of itself that its API's definition has to agree with. */
export interface KeyPolicy {
  readonly permissions: readonly string[];
  readonly preset: string | null;
  readonly resources: ResourceScope;
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
    ...resourceFaults(api, policy),
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

function resourceFaults({ id }: ApiRecord, { resources }: KeyPolicy): Fault[] {
  const types: readonly string[] = id === ROOT_API_ID ? ROOT_RESOURCE_TYPES : [];
  return Object.keys(resources)
    .filter((type) => !types.includes(type))
    .map((type) => ({
      pointer: `/resources/${type}`,
      message:
        types.length === 0
          ? 'the API declares no resource types to restrict keys to'
          : `is not a resource type of the API, which has ${types.join(', ')}`,
    }));
}

const MAX_LISTED = 20;

function shortList(ids: readonly string[]): string {
  const more = ids.length - MAX_LISTED;
  return ids.slice(0, MAX_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

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
  const message =
    asked === null
      ? `must not be null: keys of this API live ${maxDays} days at most`
      : `must not be later than ${isoTime(latest)}: keys of this API live ${maxDays} days at most`;
  return { expiresAt: asked, faults: [{ pointer: '/expiresAt', message }] };
}

/** A time that is already over is a mistake: revoking says what it does. */
export function pastFaults(expiresAt: number | null, nowMs: number): Fault[] {
  if (expiresAt === null || expiresAt > nowMs) return [];
  return [
    { pointer: '/expiresAt', message: 'must lie in the future; to cut a key off now, revoke it' },
  ];
}
