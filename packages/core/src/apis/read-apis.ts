import type { Api, List } from '@claviger/contract';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
import type { ApiRecord } from '../ports/records.ts';
import { covers, type Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';
import { presentApi } from './present-api.ts';

/** Throws `RefusedError` API_NOT_FOUND. */
export async function getApi({ storage }: Context, { scope }: Caller, id: string): Promise<Api> {
  const api = covers(scope, { apiId: id }) ? await storage.keys.getApi(id) : null;
  if (api === null) throw apiNotFound(id);
  return presentApi(api);
}

export function listApis(
  { storage }: Context,
  { scope }: Caller,
  request: { limit: number; cursor?: string | undefined },
): Promise<List<Api>> {
  return readPage(
    request,
    { name: 'apis', by: 'number' },
    (after, limit) => storage.keys.listApis({ ids: scope.apis, after, limit }),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    presentApi,
  );
}

/** Pages of APIs looked through at most: far more than a platform has. */
const MAX_PAGES = 50;

/** Every API in the scope. */
export async function allApis({ storage }: Context, { scope }: Caller): Promise<ApiRecord[]> {
  const all: ApiRecord[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const last = all.at(-1);
    const after = last === undefined ? null : { value: last.createdAt, id: last.id };
    const apis = await storage.keys.listApis({ ids: scope.apis, after, limit: 200 });
    all.push(...apis);
    if (apis.length < 200) break;
  }
  return all;
}
