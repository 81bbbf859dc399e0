import { setTimeout as delay } from 'node:timers/promises';
import { ClavigerError, type ClavigerClient, type LogEntry, type LogFilters } from '@claviger/sdk';
import { note, write } from './output.ts';
import { logLine } from './text/log-text.ts';

const EVERY_MS = 1_000;
/** While the server is away, each pause is twice the one before, up to this. */
const MOST_MS = 16_000;

/** Of what came since the last look; nobody reads faster. */
const MOST_AT_ONCE = 1_000;

/** How far the clocks of this machine and of the server may be apart. */
const APART_MS = 300_000;

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
  const show = async (newestFirst: readonly LogEntry[]) => {
    for (const entry of newestFirst.toReversed()) await write(`${lineOf(entry)}\n`);
  };
  let lookedAt = Date.now();
  // The newest one is asked for even if it is not shown: what comes is newer.
  const there = await newest(client, filters, Math.max(limit, 1));
  await show(there.slice(0, limit));
  let pauseMs = EVERY_MS;
  for (let last = there[0]; ;) {
    await delay(pauseMs);
    const from = latest(lookedAt - APART_MS, last?.at);
    const beganAt = Date.now();
    try {
      const seen = await newest(client, { ...filters, from }, MOST_AT_ONCE, last);
      if (pauseMs > EVERY_MS) note('It answers again.');
      pauseMs = EVERY_MS;
      lookedAt = beganAt;
      if (seen.length === MOST_AT_ONCE) {
        note(`More than ${MOST_AT_ONCE} came since the last look; the older ones are left out.`);
      }
      await show(seen);
      last = seen[0] ?? last;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (pauseMs === EVERY_MS) note(`The server does not answer (${error.code}); trying on.`);
      pauseMs = Math.min(2 * pauseMs, MOST_MS);
    }
  }
}

/** A server that restarts, or what stands between, will do better later. What it refuses, it will refuse again. */
const isPassing = (error: unknown): error is ClavigerError =>
  error instanceof ClavigerError &&
  (error.status === undefined || error.status >= 500 || error.status === 429);

/** So that a look never goes over all that was looked at before. */
const latest = (ms: number, at: string | undefined): string =>
  new Date(Math.max(ms, at === undefined ? 0 : Date.parse(at))).toISOString();

/** Newest first, at most so many, as far as they came after `last`. */
async function newest(
  client: ClavigerClient,
  filters: LogFilters,
  most: number,
  last?: LogEntry,
): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of client.logs.list({ ...filters, limit: Math.min(most, 200) })) {
    if (last !== undefined && !isAfter(entry, last)) break;
    if (!isLook(entry)) entries.push(entry);
    if (entries.length === most) break;
  }
  return entries;
}

const isAfter = (entry: LogEntry, last: LogEntry): boolean =>
  entry.at > last.at || (entry.at === last.at && entry.id > last.id);

/** Looking at the log is a use of a key as well, and would never let it come to rest. */
const isLook = ({ apiId, path }: LogEntry): boolean => apiId === 'claviger' && path === '/v1/logs';
