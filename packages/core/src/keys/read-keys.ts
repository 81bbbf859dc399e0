import {
  MAX_COUNTED_KEYS,
  type CountKeys,
  type Key,
  type KeyCount,
  type KeyList,
  type ListKeys,
} from '@claviger/contract';
import { asciiLowerCase } from '../ascii.ts';
import type { Context } from '../context.ts';
import { readPageBothWays } from '../pages.ts';
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
): Promise<KeyList> {
  const filter = await filterOf(context, caller, wantedIn(request));
  const { sort, order } = request;
  const nowMs = context.clock.now();
  return readPageBothWays(
    request,
    { name: `keys ${sort} ${order}`, by: sort === 'name' ? 'string' : 'number' },
    (after, limit, isBack) =>
      context.storage.keys.listKeys({
        filter,
        sort,
        order: isBack ? OPPOSITE[order] : order,
        after,
        limit,
        nowMs,
      }),
    (found) => positionIn(found, sort),
    (found) => presentKey(found, nowMs),
  );
}

/** How many keys a list with these filters has. */
export async function countKeys(
  context: Context,
  caller: Caller,
  request: CountKeys,
): Promise<KeyCount> {
  const filter = await filterOf(context, caller, wantedIn(request));
  const limit = MAX_COUNTED_KEYS + 1;
  const found = await context.storage.keys.countKeys({ filter, limit, nowMs: context.clock.now() });
  return { count: Math.min(found, MAX_COUNTED_KEYS), isExact: found < limit };
}

const OPPOSITE = { asc: 'desc', desc: 'asc' } as const;

function positionIn({ key, lastUsedAt }: KeyWithSecrets, sort: ListKeys['sort']): PagePosition {
  const values = {
    createdAt: key.createdAt,
    name: asciiLowerCase(key.name),
    lastUsedAt: lastUsedAt ?? NEVER_USED,
    expiresAt: key.expiresAt ?? NO_EXPIRY,
  };
  return { value: values[sort], id: key.id };
}

function wantedIn(request: CountKeys): WantedKeys {
  return { ...request, text: request.q, metadata: metadataFilters(request) };
}

function metadataFilters(request: CountKeys): Record<string, string> {
  const filters = Object.entries(request).flatMap(([name, value]) =>
    name.startsWith('metadata.') && typeof value === 'string'
      ? [[name.slice('metadata.'.length), value] as const]
      : [],
  );
  return Object.fromEntries(filters);
}
