import { OverloadedError } from '../errors.ts';
import { MAX_CHUNKS_READ, type LogCompletion, type LogStore } from '../ports/log-store.ts';
import type { Scope } from '../scope.ts';
import type { LogChunk } from './log-chunk.ts';
import { decodeLogColumns } from './log-codec.ts';
import type { LogSubject } from './log-columns.ts';
import { parseLogId } from './log-ids.ts';
import { coversSubject } from './log-scope.ts';

/** That wait to be written; more are refused. */
const MAX_WAITING = 100_000;

/** Written at once. */
const BATCH = 2_000;

/** Chunks remembered after they were written: most completions come within seconds and need no reading. */
const REMEMBERED = 16;

/** What a protected API answered in the end. */
export interface Completion {
  readonly logId: string;
  readonly responseStatus: number;
  readonly responseDurationMs: number | null;
}

interface Placed {
  readonly logId: string;
  readonly completion: LogCompletion;
}

type SubjectAt = (place: number) => LogSubject | null;

/** Takes completions of entries, wherever their chunk is by now, and writes them after it. */
export class LogCompleter {
  readonly #store: LogStore;
  readonly #inMemory: (chunkId: string) => LogChunk | null;
  readonly #remembered = new Map<string, LogChunk>();
  /** By log id. */
  readonly #waiting = new Map<string, LogCompletion>();

  /** `inMemory`: a chunk that is not written yet, or not for the last time. */
  constructor(store: LogStore, inMemory: (chunkId: string) => LogChunk | null) {
    this.#store = store;
    this.#inMemory = inMemory;
  }

  remember(chunk: LogChunk): void {
    this.#remembered.set(chunk.id, chunk);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }

  async complete(scope: Scope, completions: readonly Completion[]): Promise<string[]> {
    if (this.#waiting.size + completions.length > MAX_WAITING) throw overloaded();
    const unknown: string[] = [];
    const placed: Placed[] = [];
    for (const { logId, ...answered } of completions) {
      const at = parseLogId(logId);
      if (at === null) unknown.push(logId);
      else placed.push({ logId, completion: { ...at, ...answered } });
    }
    const subjectsOf = await this.#subjectsOf(placed.map(({ completion }) => completion.chunkId));
    for (const { logId, completion } of placed) {
      const subject = subjectsOf.get(completion.chunkId)?.(completion.place) ?? null;
      if (subject === null || !coversSubject(scope, subject)) unknown.push(logId);
      else this.#waiting.set(logId, completion);
    }
    return unknown;
  }

  /** To be called after the chunks were written. Rejects with `StorageError`; what is not written is kept. */
  async flush(): Promise<void> {
    // The store would drop those of a chunk that it has not seen yet.
    const all = [...this.#waiting].filter(
      ([, { chunkId }]) => this.#inMemory(chunkId)?.written !== 0,
    );
    for (let begin = 0; begin < all.length; begin += BATCH) {
      const batch = all.slice(begin, begin + BATCH);
      await this.#store.complete(batch.map(([, completion]) => completion));
      for (const [logId, completion] of batch) {
        // Not if it was completed once more meanwhile.
        if (this.#waiting.get(logId) === completion) this.#waiting.delete(logId);
      }
    }
  }

  async #subjectsOf(chunkIds: readonly string[]): Promise<Map<string, SubjectAt>> {
    const found = new Map<string, SubjectAt>();
    const elsewhere: string[] = [];
    for (const id of new Set(chunkIds)) {
      const chunk = this.#inMemory(id) ?? this.#remembered.get(id);
      if (chunk === undefined) elsewhere.push(id);
      else found.set(id, (place) => chunk.subjectAt(place));
    }
    for (let begin = 0; begin < elsewhere.length; begin += MAX_CHUNKS_READ) {
      const batch = elsewhere.slice(begin, begin + MAX_CHUNKS_READ);
      for (const { id, entries } of await this.#store.readChunks(batch)) {
        const { subject, subjects } = await decodeLogColumns(entries);
        found.set(id, (place) => subjects[subject[place] ?? -1] ?? null);
      }
    }
    return found;
  }
}

const overloaded = () =>
  new OverloadedError(
    'More entries of the log wait to be completed than may. Send these again in a few seconds.',
  );
