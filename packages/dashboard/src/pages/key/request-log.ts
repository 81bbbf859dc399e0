import type { LogEntry } from '@claviger/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { clientFor } from '../../lib/api.ts';

/** A page of the server may be empty and still have a next one: so many are asked for until one is not. */
const MAX_EMPTY_PAGES = 5;

/** Few enough for one look; the placeholder is as high. */
export const REQUESTS_A_PAGE = 10;

const LIVE_MS = 3_000;

interface RequestPage {
  readonly entries: readonly LogEntry[];
  readonly nextCursor: string | null;
  readonly recording: boolean;
}

/** The last requests of a key, latest first. `live`: again and again while somebody looks. */
export const keyRequestsQuery = (organizationId: string, keyId: string, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['key', keyId, 'requests'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }): Promise<RequestPage> => {
      const { logs } = clientFor(organizationId);
      let cursor = pageParam;
      for (let tries = 1; ; tries += 1) {
        const page = await logs.list({ keyId, limit: REQUESTS_A_PAGE, ...(cursor && { cursor }) });
        const { data: entries, nextCursor, recording } = page;
        if (entries.length > 0 || nextCursor === null || tries === MAX_EMPTY_PAGES) {
          return { entries, nextCursor, recording };
        }
        cursor = nextCursor;
      }
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: live ? LIVE_MS : false,
  });

/** Who presents a secret: one program on one machine, as far as can be told from outside. */
export interface SecretUser {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly origin: string | null;
  readonly count: number;
  readonly lastAt: string;
}

const WATCHED_MS = 15 * 60_000;
const WATCH_MS = 4_000;
const MOST_REQUESTS = 200;
const MOST_USERS = 8;

/** Who presented a secret in the last minutes, the latest first. */
export const secretUsersQuery = (organizationId: string, keyId: string, secretId: string) =>
  queryOptions({
    queryKey: ['key', keyId, 'secretUsers', secretId],
    refetchInterval: WATCH_MS,
    queryFn: async () => {
      const from = new Date(Date.now() - WATCHED_MS).toISOString();
      const { data, recording } = await clientFor(organizationId).logs.list({
        keyId,
        secretId,
        from,
        limit: MOST_REQUESTS,
      });
      return { users: usersIn(data), recording };
    },
  });

function usersIn(entries: readonly LogEntry[]): SecretUser[] {
  const groups = Map.groupBy(entries, ({ ip, userAgent, origin }) =>
    JSON.stringify([ip, userAgent, origin]),
  );
  return [...groups.values()].slice(0, MOST_USERS).flatMap((group) => {
    const [last] = group;
    if (last === undefined) return [];
    const { ip, userAgent, origin, at: lastAt } = last;
    return [{ ip, userAgent, origin, count: group.length, lastAt }];
  });
}
