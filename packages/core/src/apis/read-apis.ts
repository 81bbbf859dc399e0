import type { Api, List } from '@claviger/contract';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
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
