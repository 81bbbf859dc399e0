import type { Key, List, ListKeys } from '@claviger/contract';
import { asciiLowerCase } from '../ascii.ts';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
import { NEVER_USED, NO_EXPIRY, type PagePosition } from '../ports/key-store.ts';
import type { KeyWithSecrets } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { isVisible, keyNotFound } from './change-key.ts';
import { filterOf, type WantedKeys } from './key-filter.ts';
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
  const filter = await filterOf(context, caller, wantedIn(request));
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

function wantedIn(request: ListKeys): WantedKeys {
  return { ...request, text: request.q, metadata: metadataFilters(request) };
}

function metadataFilters(request: ListKeys): Record<string, string> {
  const filters = Object.entries(request).flatMap(([name, value]) =>
    name.startsWith('metadata.') && typeof value === 'string'
      ? [[name.slice('metadata.'.length), value] as const]
      : [],
  );
  return Object.fromEntries(filters);
}
