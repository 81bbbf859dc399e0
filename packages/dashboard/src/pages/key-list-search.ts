import type { Key, KeySort } from '@claviger/contract';

const STATUSES: readonly Key['status'][] = ['active', 'inactive', 'expired', 'revoked'];
const SORTS: readonly KeySort[] = ['name', 'createdAt', 'lastUsedAt', 'expiresAt'];

/** What the address of the list says; what it leaves out is as usual. */
export interface KeyListSearch {
  q?: string;
  status?: Key['status'];
  environment?: string;
  /** `customer:cus_1`: scoped to it. */
  resource?: string;
  sort?: KeySort;
  order?: 'asc' | 'desc';
  cursor?: string;
}

export function keyListSearch(search: Record<string, unknown>): KeyListSearch {
  const text = (name: string) => (typeof search[name] === 'string' ? search[name] : undefined);
  const one = <Value extends string>(of: readonly Value[], name: string) =>
    of.find((known) => known === search[name]);
  return given({
    q: text('q'),
    status: one(STATUSES, 'status'),
    environment: text('environment'),
    resource: text('resource'),
    sort: one(SORTS, 'sort'),
    order: one(['asc', 'desc'], 'order'),
    cursor: text('cursor'),
  });
}

type Unsure = { [Name in keyof KeyListSearch]: KeyListSearch[Name] | undefined };

/** The search with something changed, from its first page on. */
export const changedSearch = (search: KeyListSearch, change: Unsure): KeyListSearch =>
  given({ ...search, cursor: undefined, ...change });

/** What is empty is left out, and so stands in no address. */
const given = (search: Unsure): KeyListSearch =>
  Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  );
