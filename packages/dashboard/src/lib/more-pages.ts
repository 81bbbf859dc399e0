import type { List } from '@claviger/contract';
import { useInfiniteQuery } from '@tanstack/react-query';

/** A list that is read on when more of it is asked for. */
export function useMorePages<Item>(
  queryKey: readonly unknown[],
  read: (cursor: string | undefined) => PromiseLike<List<Item>>,
  enabled = true,
) {
  const query = useInfiniteQuery({
    queryKey,
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => await read(pageParam),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  return { ...query, items: query.data?.pages.flatMap(({ data }) => data) };
}

/** For a query that takes a cursor. */
export const fromCursor = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });
