import type { ExportLogs, ListLogs, LogEntry, LogsListed } from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { readerOfKey, readerOfRecords } from '../keys/reader-of-records.ts';
import { cursorOf, positionOfCursor } from '../pages.ts';
import type { Caller } from '../scope.ts';
import { findChunk, logChunksOf } from './log-chunks.ts';
import { logFilterOf } from './log-filter.ts';
import { parseLogId } from './log-ids.ts';
import { coversSubject } from './log-scope.ts';
import { LogSearch, positionOf, type FoundEntry } from './log-search.ts';
import { presentLogEntry, subjectOf } from './present-log-entry.ts';

const SORTING = { name: 'logs', by: 'number' } as const;

/** A page is answered within 100 ms; authentication and the answer itself take the rest. */
const PAGE_MS = 60;

/** Few enough to be written at once, and enough that reading them is worth it. */
const EXPORTED_AT_ONCE = 500;

/**
 * One page of what the caller may see. It may hold less than was asked for, or nothing, and still have a
 * next one. Throws `RefusedError` INVALID_REQUEST for a foreign cursor, an `ip` that is none, and no key where one is
 * needed.
 */
export async function listLogs(
  context: Context,
  caller: Caller,
  request: ListLogs,
): Promise<LogsListed> {
  const { cursor, limit } = request;
  const after = cursor === undefined ? null : positionOfCursor(cursor, SORTING);
  const { scope } = await readerOfRecords(context, caller, request.keyId);
  const search = new LogSearch(logChunksOf(context), logFilterOf(scope, request), after);
  // One more, to know whether there is a next page.
  const { entries, rest } = await search.take(limit + 1, timer(context));
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const next = entries.length > page.length && last !== undefined ? positionOf(last) : rest;
  const nextCursor = next === null ? null : cursorOf(next, SORTING);
  const recording = context.logs.policy.enabled;
  return { data: page.map(presentLogEntry), nextCursor, recording };
}

/**
 * All that the caller may see, some at a time, and now and then none, so that whoever reads can stop. What
 * is recorded after it began is newer than where it began, and left out.
 */
export async function* exportLogs(
  context: Context,
  caller: Caller,
  request: ExportLogs,
): AsyncGenerator<LogEntry[], undefined> {
  const { scope } = await readerOfRecords(context, caller, request.keyId);
  const filter = logFilterOf(scope, request);
  const search = new LogSearch(logChunksOf(context), filter, null);
  for (;;) {
    const { entries, rest } = await search.take(EXPORTED_AT_ONCE, timer(context));
    yield entries.map(presentLogEntry);
    if (rest === null) return;
  }
}

/** Throws `RefusedError` LOG_NOT_FOUND. */
export async function getLog(context: Context, caller: Caller, logId: string): Promise<LogEntry> {
  const entry = await findEntry(context, logId);
  const subject = entry === null ? null : subjectOf(entry);
  const { scope } = await readerOfKey(context, caller, subject?.keyId ?? null);
  if (entry === null || subject === null || !coversSubject(scope, subject)) {
    throw new RefusedError(
      'LOG_NOT_FOUND',
      `There is no log entry "${logId}" here. It may be older than logs are kept; GET /v1/logs lists those there are.`,
    );
  }
  return presentLogEntry(entry);
}

/** There may be no such place in its chunk. */
async function findEntry(context: Context, logId: string): Promise<FoundEntry | null> {
  const parsed = parseLogId(logId);
  const chunk = parsed && (await findChunk(logChunksOf(context), parsed.chunkId));
  return chunk && { chunk, place: parsed.place };
}

/**
 * Asked before each step of a page whether its time is up, or would be after a step as long as the longest:
 * on a busy machine, steps take long.
 */
function timer({ clock }: Context): () => boolean {
  let last = clock.monotonic();
  const end = last + PAGE_MS;
  let longest = 0;
  return () => {
    const now = clock.monotonic();
    longest = Math.max(longest, now - last);
    last = now;
    return now + longest >= end;
  };
}
