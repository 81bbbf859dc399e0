import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { Key, KeyList } from '@claviger/contract';
import { clientFor } from '../lib/api.ts';
import {
  filterIn,
  USUAL_SIZE,
  wantedKeys,
  type KeyListFilter,
  type KeyListSearch,
} from './key-list-search.ts';

/** Often enough that “last used” is believed, and seldom enough that nobody has to pay for it. */
const REFRESH_MS = 30_000;

/** Of all that was read of the organization's keys. */
const pagesOf = (organizationId: string) => ['keys', organizationId, 'page'];

/** A page of the list. It is read again when the window gets the focus, and every now and then while it has it. */
export const keyPageQuery = (organizationId: string, search: KeyListSearch, me: string) =>
  queryOptions({
    queryKey: [...pagesOf(organizationId), search, me],
    queryFn: async () => {
      const { sort, order, size = USUAL_SIZE, cursor } = search;
      return await clientFor(organizationId).keys.list({
        ...wantedKeys(filterIn(search), organizationId, me),
        limit: size,
        ...(sort !== undefined && { sort }),
        ...(order !== undefined && { order }),
        ...(cursor !== undefined && { cursor }),
      });
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** How many keys match. A search that is being typed shows the last one meanwhile. */
export const keyCountQuery = (organizationId: string, filter: KeyListFilter, me: string) =>
  queryOptions({
    queryKey: ['keys', organizationId, 'count', filter, me],
    queryFn: () => clientFor(organizationId).keys.count(wantedKeys(filter, organizationId, me)),
    placeholderData: keepPreviousData,
  });

/** Shows the key as it will be. Answers how it is put back. */
export async function showAs(queryClient: QueryClient, key: Key): Promise<() => void> {
  const filters = { queryKey: pagesOf(key.organizationId) };
  await queryClient.cancelQueries(filters);
  const before = queryClient.getQueriesData<KeyList>(filters);
  queryClient.setQueriesData<KeyList>(
    filters,
    (page) => page && { ...page, data: page.data.map((each) => (each.id === key.id ? key : each)) },
  );
  return () => {
    for (const [queryKey, page] of before) queryClient.setQueryData(queryKey, page);
  };
}
