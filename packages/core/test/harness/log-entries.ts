import { decodeLogColumns } from '../../src/logs/log-codec.ts';
import type { LogColumns, LogSubject } from '../../src/logs/log-columns.ts';
import { logIdAt } from '../../src/logs/log-ids.ts';
import { MAX_CHUNKS_READ, type LogChunkHead, type LogStore } from '../../src/ports/log-store.ts';

/** An entry of the log with everything spelled out. */
export interface SpelledEntry extends LogSubject {
  readonly id: string;
  readonly at: number;
  readonly code: string;
  readonly permissions: readonly string[];
  readonly origin: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly requestId: string | null;
  readonly durationUs: number;
  readonly responseStatus: number | null;
  readonly responseDurationMs: number | null;
}

/** All that is stored, the oldest chunk first. */
export async function storedEntries(store: LogStore): Promise<SpelledEntry[]> {
  const entries: SpelledEntry[] = [];
  const heads = await storedHeads(store);
  for (let begin = 0; begin < heads.length; begin += MAX_CHUNKS_READ) {
    const ids = heads.slice(begin, begin + MAX_CHUNKS_READ).map(({ id }) => id);
    const bodies = new Map((await store.readChunks(ids)).map((body) => [body.id, body]));
    for (const id of ids) {
      const { entries: encoded, completions } = bodies.get(id)!;
      const spelled = spell(id, await decodeLogColumns(encoded));
      for (const { place, responseStatus, responseDurationMs } of completions) {
        spelled[place] = { ...spelled[place]!, responseStatus, responseDurationMs };
      }
      entries.push(...spelled);
    }
  }
  return entries;
}

/** The oldest first. */
export async function storedHeads(store: LogStore): Promise<LogChunkHead[]> {
  const heads = await store.listChunks({ from: null, to: null, after: null, limit: 10_000 });
  return heads.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export function spell(chunkId: string, columns: LogColumns): SpelledEntry[] {
  const { subjects, codes, permissionSets, texts } = columns;
  const text = (column: ArrayLike<number>, place: number) => texts[column[place]!] ?? null;
  return Array.from(columns.at, (at, place) => ({
    id: logIdAt(chunkId, place),
    at,
    ...subjects[columns.subject[place]!]!,
    code: codes[columns.code[place]!]!,
    permissions: permissionSets[columns.permissions[place]!]!,
    origin: text(columns.origin, place),
    ip: text(columns.ip, place),
    userAgent: text(columns.userAgent, place),
    method: text(columns.method, place),
    path: text(columns.path, place),
    requestId: columns.requestId[place]!,
    durationUs: columns.durationUs[place]!,
    responseStatus: null,
    responseDurationMs: null,
  }));
}
