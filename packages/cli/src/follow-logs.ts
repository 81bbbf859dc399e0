import { setTimeout as delay } from 'node:timers/promises';
import type { ClavigerClient, LogEntry, LogFilters } from '@claviger/sdk';
import { note, write } from './output.ts';
import { logLine } from './text/log-text.ts';

const EVERY_MS = 1_000;

/** Of what came since the last look; nobody reads faster. */
const MOST_AT_ONCE = 1_000;

interface FollowOptions {
  readonly json: boolean | undefined;
  /** How many of those that are there already are shown first. */
  readonly limit: number;
}

/** Prints the newest entries, then those that come, as lines, until the process is interrupted. */
export async function followLogs(
  client: ClavigerClient,
  filters: LogFilters,
  { json, limit }: FollowOptions,
): Promise<never> {
  const lineOf = json === true ? (entry: LogEntry) => JSON.stringify(entry) : logLine;
  let last: LogEntry | undefined;
  for (let most = limit; ; most = MOST_AT_ONCE) {
    const { entries, isWhole } = await newerThan(client, filters, last, most);
    if (!isWhole && last !== undefined)
      note(`More than ${most} came at once; older ones are left out.`);
    for (const entry of entries.toReversed()) await write(`${lineOf(entry)}\n`);
    last = entries[0] ?? last;
    await delay(EVERY_MS);
  }
}

interface Newer {
  readonly entries: readonly LogEntry[];
  readonly isWhole: boolean;
}

/** Newest first, at most so many. */
async function newerThan(
  client: ClavigerClient,
  filters: LogFilters,
  last: LogEntry | undefined,
  most: number,
): Promise<Newer> {
  const from = last?.at ?? filters.from;
  const query = { ...filters, ...(from !== undefined && { from }), limit: Math.min(most, 200) };
  const entries: LogEntry[] = [];
  if (most === 0) return { entries, isWhole: true };
  for await (const entry of client.logs.list(query)) {
    if (last !== undefined && !isAfter(entry, last)) return { entries, isWhole: true };
    if (isLook(entry)) continue;
    entries.push(entry);
    if (entries.length === most) return { entries, isWhole: false };
  }
  return { entries, isWhole: true };
}

const isAfter = (entry: LogEntry, last: LogEntry): boolean =>
  entry.at > last.at || (entry.at === last.at && entry.id > last.id);

/** Looking at the log is a use of a key as well, and would never let it come to rest. */
const isLook = ({ apiId, path }: LogEntry): boolean => apiId === 'claviger' && path === '/v1/logs';
