import type { Key, List, ListKeys } from '@claviger/contract';
import { allApis } from '../apis/all-apis.ts';
import { asciiLowerCase } from '../ascii.ts';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
import {
  NEVER_USED,
  NO_EXPIRY,
  type KeyFilter,
  type PagePosition,
  type PresetOfApi,
  type Restriction,
} from '../ports/key-store.ts';
import type { KeyWithSecrets } from '../ports/records.ts';
import { intersect, type Caller } from '../scope.ts';
import { msOf } from '../times.ts';
import { presetPermissions } from '../verification/grants.ts';
import { isVisible, keyNotFound } from './change-key.ts';
import { presentKey } from './present-key.ts';

/** Throws `RefusedError` KEY_NOT_FOUND. */
export async function getKey(context: Context, caller: Caller, keyId: string): Promise<Key> {
  const found = await context.storage.keys.getKey(keyId);
  if (found === null || !isVisible(caller, found.key)) throw keyNotFound(keyId);
  return presentKey(found, context.clock.now());
}

/** One page of the keys the caller may see. Throws `RefusedError` INVALID_REQUEST for a foreign cursor. */
export async function listKeys(
  context: Context,
  caller: Caller,
  request: ListKeys,
): Promise<List<Key>> {
  const filter = await filterOf(context, caller, request);
  const { sort, order } = request;
  const nowMs = context.clock.now();
  return readPage(
    request,
    { name: `keys ${sort} ${order}`, by: sort === 'name' ? 'string' : 'number' },
    (after, limit) => context.storage.keys.listKeys({ filter, sort, order, after, limit, nowMs }),
    (found) => positionIn(found, sort),
    (found) => presentKey(found, nowMs),
  );
}

function positionIn({ key, lastUsedAt }: KeyWithSecrets, sort: ListKeys['sort']): PagePosition {
  const values = {
    createdAt: key.createdAt,
    name: asciiLowerCase(key.name),
    lastUsedAt: lastUsedAt ?? NEVER_USED,
    expiresAt: key.expiresAt ?? NO_EXPIRY,
  };
  return { value: values[sort], id: key.id };
}

async function filterOf(context: Context, caller: Caller, request: ListKeys): Promise<KeyFilter> {
  const { scope } = caller;
  const only = (id: string | undefined): Restriction => (id === undefined ? null : [id]);
  const [type, ...rest] = request.resource?.split(':') ?? [];
  return {
    apiIds: intersect(scope.apis, only(request.apiId)),
    organizationIds: intersect(scope.organizations, only(request.organizationId)),
    environments: intersect(scope.environments, only(request.environment)),
    status: request.status ?? null,
    kind: request.kind ?? null,
    permission:
      request.permission === undefined
        ? null
        : {
            id: request.permission,
            presets: await presetsWith(context, caller, request.permission),
          },
    resource: type === undefined ? null : { type, id: rest.join(':') },
    ownerId: request.ownerId ?? null,
    replacesKeyId: request.replacesKeyId ?? null,
    text: request.q ?? null,
    lastUsedBefore: msOrNull(request.lastUsedBefore),
    createdBefore: msOrNull(request.createdBefore),
    expiresBefore: msOrNull(request.expiresBefore),
    metadata: metadataFilters(request),
  };
}

const msOrNull = (text: string | undefined): number | null =>
  text === undefined ? null : msOf(text);

async function presetsWith(
  context: Context,
  caller: Caller,
  permission: string,
): Promise<PresetOfApi[]> {
  const apis = await allApis(context.storage.keys, caller.scope.apis);
  return apis.flatMap(({ id: apiId, definition }) =>
    definition.presets
      .filter(({ id }) => presetPermissions(definition, id).includes(permission))
      .map(({ id: preset }) => ({ apiId, preset })),
  );
}

function metadataFilters(request: ListKeys): Record<string, string> {
  const filters = Object.entries(request).flatMap(([name, value]) =>
    name.startsWith('metadata.') && typeof value === 'string'
      ? [[name.slice('metadata.'.length), value] as const]
      : [],
  );
  return Object.fromEntries(filters);
}
