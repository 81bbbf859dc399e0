import type { KeyStore, Restriction } from '../ports/key-store.ts';
import type { ApiRecord } from '../ports/records.ts';

const PAGE = 200;

/** Pages looked through at most: far more APIs than a platform has. */
const MAX_PAGES = 50;

/** Every API, or every one of `ids`. Rejects with `StorageError`. */
export async function allApis(store: KeyStore, ids: Restriction): Promise<ApiRecord[]> {
  const all: ApiRecord[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const last = all.at(-1);
    const after = last === undefined ? null : { value: last.createdAt, id: last.id };
    const apis = await store.listApis({ ids, after, limit: PAGE });
    all.push(...apis);
    if (apis.length < PAGE) break;
  }
  return all;
}
