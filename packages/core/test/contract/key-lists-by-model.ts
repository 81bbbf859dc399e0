import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyFilter, ListKeysQuery, PagePosition } from '../../src/ports/key-store.ts';
import type { KeyRecord, KeyWithSecrets } from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import {
  API_IDS,
  listArbitrary,
  MAX_ROWS,
  ORGANIZATION_IDS,
  rowsArbitrary,
  type List,
} from '../harness/key-list-arbitraries.ts';
import { anApi, anOrganization } from '../harness/records.ts';
import { recordUsage, seed } from '../harness/seed.ts';

/** Every list that can be asked for, page by page, against a few lines of filter and sort. */
export function describeKeyListsByModel(open: () => Promise<Storage>): void {
  describe('list of keys, against a model', () => {
    test('all pages of any list hold the keys that match, in order', { timeout: 120_000 }, () =>
      fc.assert(
        fc.asyncProperty(
          rowsArbitrary,
          fc.array(listArbitrary, { maxLength: 25 }),
          async (rows, lists) => {
            const storage = await open();
            try {
              await write(storage, rows);
              for (const list of lists) {
                const all = expected(rows, list);
                expect(await walk(storage, list)).toEqual(all);
                const counted = await storage.keys.countKeys(list);
                expect(counted).toBe(Math.min(all.length, list.limit));
              }
            } finally {
              await storage.close();
            }
          },
        ),
        { numRuns: 15 },
      ),
    );
  });
}

async function write(storage: Storage, rows: readonly KeyWithSecrets[]): Promise<void> {
  await seed(storage, {
    apis: API_IDS.map((id) => anApi({ id })),
    organizations: ORGANIZATION_IDS.map((id) => anOrganization({ id })),
    keys: rows.map(({ key }) => key),
    secrets: rows.flatMap(({ secrets }) => secrets),
  });
  await recordUsage(storage, {
    keys: rows.flatMap(({ key: { id }, lastUsedAt: at }) => (at === null ? [] : [{ id, at }])),
    secrets: rows.flatMap(({ secretLastUsedAt }) =>
      [...secretLastUsedAt].map(([id, at]) => ({ id, at })),
    ),
  });
}

/** Reads page after page, each from the position of the last row before it, until one is not full. */
async function walk(storage: Storage, list: List): Promise<KeyWithSecrets[]> {
  const rows: KeyWithSecrets[] = [];
  let after: PagePosition | null = null;
  // More than there are: the pages do not move on.
  while (rows.length < MAX_ROWS * 2) {
    const page = await storage.keys.listKeys({ ...list, after });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < list.limit) break;
    after = { value: sortValue(last, list.sort), id: last.key.id };
  }
  return rows;
}

// The model.

function expected(
  rows: readonly KeyWithSecrets[],
  { filter, sort, order, nowMs }: List,
): KeyWithSecrets[] {
  const ascending = rows
    .filter((row) => isListed(row, filter, nowMs))
    .toSorted((a, b) => {
      const [left, right] = [sortValue(a, sort), sortValue(b, sort)];
      if (left !== right) return isBefore(left, right) ? -1 : 1;
      return isBefore(a.key.id, b.key.id) ? -1 : 1;
    });
  return order === 'asc' ? ascending : ascending.toReversed();
}

/** Texts by code point, which is the order of their UTF-8 bytes. */
function isBefore(a: string | number, b: string | number): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a < b;
  const [left, right] = [[...a], [...b]];
  const differs = left.findIndex((character, index) => character !== right[index]);
  if (differs === -1) return left.length < right.length;
  return (left[differs]?.codePointAt(0) ?? -1) < (right[differs]?.codePointAt(0) ?? -1);
}

function sortValue(
  { key, lastUsedAt }: KeyWithSecrets,
  sort: ListKeysQuery['sort'],
): string | number {
  if (sort === 'name') return lowered(key.name);
  if (sort === 'lastUsedAt') return lastUsedAt ?? 0;
  if (sort === 'expiresAt') return key.expiresAt ?? Number.MAX_SAFE_INTEGER;
  return key.createdAt;
}

function lowered(text: string): string {
  return [...text]
    .map((letter) => (letter >= 'A' && letter <= 'Z' ? letter.toLowerCase() : letter))
    .join('');
}

function isListed({ key, lastUsedAt }: KeyWithSecrets, filter: KeyFilter, nowMs: number): boolean {
  const { permission, resource, text } = filter;
  if (filter.apiIds?.includes(key.apiId) === false) return false;
  if (filter.organizationIds?.includes(key.organizationId) === false) return false;
  if (filter.environments?.includes(key.environment) === false) return false;
  if (filter.status !== null && filter.status !== statusAt(key, nowMs)) return false;
  if (filter.kind !== null && filter.kind !== key.kind) return false;
  if (filter.ownerIds !== null && !filter.ownerIds.some((id) => id === key.ownerId)) return false;
  if (permission !== null) {
    const preset = { apiId: key.apiId, preset: key.preset };
    const byPreset = permission.presets.some(
      (one) => JSON.stringify(one) === JSON.stringify(preset),
    );
    if (!key.permissions.includes(permission.id) && !byPreset) return false;
  }
  if (resource !== null && !(key.resources[resource.type] ?? []).includes(resource.id))
    return false;
  if (filter.lastUsedBefore !== null && (lastUsedAt ?? 0) >= filter.lastUsedBefore) return false;
  if (filter.createdBefore !== null && key.createdAt >= filter.createdBefore) return false;
  if (filter.ids?.includes(key.id) === false) return false;
  if (filter.expiresAfter !== null && (key.expiresAt ?? 0) < filter.expiresAfter) return false;
  if (filter.expiresBefore !== null && (key.expiresAt ?? Infinity) >= filter.expiresBefore)
    return false;
  for (const [name, wanted] of Object.entries(filter.metadata)) {
    const value = key.metadata[name];
    if (value === null || !['string', 'number', 'boolean'].includes(typeof value)) return false;
    if (String(value) !== wanted) return false;
  }
  if (text === null) return true;
  const { name, description, id, publicKey, hint } = key;
  return [name, description, id, publicKey, hint].some((field) =>
    lowered(field ?? '').includes(lowered(text)),
  );
}

function statusAt({ state, notBefore, expiresAt }: KeyRecord, nowMs: number): string {
  if (state === 'revoked') return 'revoked';
  if (state === 'disabled' || (notBefore ?? 0) > nowMs) return 'inactive';
  return (expiresAt ?? Infinity) <= nowMs ? 'expired' : 'active';
}
