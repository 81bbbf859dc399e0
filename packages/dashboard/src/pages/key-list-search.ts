import type { BulkFilter, Key, KeyKind, KeySort } from '@claviger/contract';
import { DAY_MS } from '../lib/times.ts';

const STATUSES: readonly Key['status'][] = ['active', 'inactive', 'expired', 'revoked'];
const KINDS: readonly KeyKind[] = ['secret', 'publishable', 'pair'];
const SORTS: readonly KeySort[] = ['name', 'createdAt', 'lastUsedAt', 'expiresAt'];

/** Days within which keys expire, or for which they were not used. */
export const EXPIRING_DAYS = [7, 14, 30] as const;
export const UNUSED_DAYS = [7, 30, 90, 180] as const;
export const PAGE_SIZES = [25, 50, 100, 200] as const;
export const USUAL_SIZE = 50;

/** The newest first, as the API lists them. */
export const USUAL_ORDER = { sort: 'createdAt', order: 'desc' } as const;

/** Which keys are meant; times are days from now, so that an address stays true. */
export interface KeyListFilter {
  q?: string;
  status?: Key['status'];
  environment?: string;
  api?: string;
  kind?: KeyKind;
  permission?: string;
  /** `customer:cus_1`: scoped to it. */
  resource?: string;
  owner?: 'me';
  expiring?: (typeof EXPIRING_DAYS)[number];
  unused?: (typeof UNUSED_DAYS)[number];
}

/** What the address of the list says; what it leaves out is as usual. */
export interface KeyListSearch extends KeyListFilter {
  sort?: KeySort;
  order?: 'asc' | 'desc';
  size?: (typeof PAGE_SIZES)[number];
  cursor?: string;
}

export function keyListSearch(search: Record<string, unknown>): KeyListSearch {
  const text = (name: string) => {
    const value = search[name];
    // The router reads what looks like a number as one: a search for 42 is one all the same.
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const one = <Value>(of: readonly Value[], name: string) =>
    of.find((known) => known === search[name]);
  return given({
    q: text('q'),
    status: one(STATUSES, 'status'),
    environment: text('environment'),
    api: text('api'),
    kind: one(KINDS, 'kind'),
    permission: text('permission'),
    resource: text('resource'),
    owner: one(['me'], 'owner'),
    expiring: one(EXPIRING_DAYS, 'expiring'),
    unused: one(UNUSED_DAYS, 'unused'),
    sort: one(SORTS, 'sort'),
    order: one(['asc', 'desc'], 'order'),
    size: one(PAGE_SIZES, 'size'),
    cursor: text('cursor'),
  });
}

type Unsure = { [Name in keyof KeyListSearch]: KeyListSearch[Name] | undefined };

/** The search with something changed, from its first page on. */
export const changedSearch = (search: KeyListSearch, change: Unsure): KeyListSearch =>
  given({ ...search, cursor: undefined, ...change });

/** Without what chooses keys: all of them, in the same order. */
export const unfiltered = ({ sort, order, size }: KeyListSearch): KeyListSearch =>
  given({ sort, order, size });

export function filterIn(search: KeyListSearch): KeyListFilter {
  const { sort: _sort, order: _order, size: _size, cursor: _cursor, ...filter } = search;
  return filter;
}

export const isFiltered = (search: KeyListSearch): boolean =>
  Object.keys(filterIn(search)).length > 0;

/** The filters that the list and a bulk run have in common. */
export type WantedKeys = Omit<BulkFilter, 'ids' | 'metadata'>;

/** The filters of the API, as of now. `me`: who is signed in. */
export function wantedKeys(
  { api, owner, expiring, unused, ...same }: KeyListFilter,
  organizationId: string,
  me: string,
  nowMs = Date.now(),
): WantedKeys {
  const inDays = (days: number) => new Date(nowMs + days * DAY_MS).toISOString();
  return {
    organizationId,
    ...same,
    ...(api !== undefined && { apiId: api }),
    ...(owner !== undefined && { ownerId: me }),
    ...(expiring !== undefined && { expiresAfter: inDays(0), expiresBefore: inDays(expiring) }),
    ...(unused !== undefined && { lastUsedBefore: inDays(-unused) }),
  };
}

/** What is empty is left out, and so stands in no address. */
const given = (search: Unsure): KeyListSearch =>
  Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  );
