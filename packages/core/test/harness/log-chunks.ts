import { bloomFilter } from '../../src/logs/bloom-filter.ts';
import { encodeLogColumns } from '../../src/logs/log-codec.ts';
import type { LogColumns, LogSubject } from '../../src/logs/log-columns.ts';
import { newChunkId } from '../../src/logs/log-ids.ts';
import { termsOf } from '../../src/logs/log-terms.ts';
import type { StoredLogChunk } from '../../src/ports/log-store.ts';

/** One entry of a chunk, before what repeats is said once. */
export interface PlainEntry {
  readonly at: number;
  readonly subject: LogSubject;
  readonly code: string;
  readonly permissions: readonly string[];
  readonly origin: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly requestId: string | null;
}

/** A chunk as it is stored, of entries in the order of their times. */
export async function storedChunk(entries: readonly PlainEntry[]): Promise<StoredLogChunk> {
  const from = entries[0]!.at;
  const columns = columnsOf(entries);
  return {
    id: newChunkId(from),
    from,
    to: entries.at(-1)!.at,
    count: entries.length,
    filter: bloomFilter(termsOf(columns)),
    entries: encodeLogColumns(columns),
  };
}

function columnsOf(entries: readonly PlainEntry[]): LogColumns {
  const subjects = dictionary<LogSubject>();
  const codes = dictionary<string>();
  const permissionSets = dictionary<readonly string[]>();
  const texts = dictionary<string>();
  const text = (value: string | null) => (value === null ? -1 : texts.indexOf(value));
  return {
    at: entries.map(({ at }) => at),
    subject: entries.map(({ subject }) => subjects.indexOf(subject)),
    code: entries.map(({ code }) => codes.indexOf(code)),
    permissions: entries.map(({ permissions }) => permissionSets.indexOf(permissions)),
    origin: entries.map(({ origin }) => text(origin)),
    ip: entries.map(({ ip }) => text(ip)),
    userAgent: entries.map(({ userAgent }) => text(userAgent)),
    method: entries.map(({ method }) => text(method)),
    path: entries.map(({ path }) => text(path)),
    requestId: entries.map(({ requestId }) => requestId),
    durationUs: entries.map(() => 250),
    subjects: subjects.values,
    codes: codes.values,
    permissionSets: permissionSets.values,
    texts: texts.values,
  };
}

function dictionary<Value>() {
  const values: Value[] = [];
  const indexes = new Map<string, number>();
  return {
    values,
    indexOf(value: Value): number {
      const name = JSON.stringify(value);
      const index = indexes.get(name) ?? values.push(value) - 1;
      indexes.set(name, index);
      return index;
    },
  };
}
