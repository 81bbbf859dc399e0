import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RefusalCode, Verify } from '@claviger/contract';
import type { Clock } from '../ports/clock.ts';
import type { LogCompletion, LogStore, StoredLogChunk } from '../ports/log-store.ts';
import type { Scope } from '../scope.ts';
import { tokenHint } from '../tokens/generate-token.ts';
import { splitPresented } from '../tokens/parse-token.ts';
import { codeIndex } from '../verification/code-index.ts';
import type { SecretEntry } from '../verification/entries.ts';
import { bloomFilter } from './bloom-filter.ts';
import { LogChunk, type LogSource } from './log-chunk.ts';
import { encodeLogColumns } from './log-codec.ts';
import type { LogColumns } from './log-columns.ts';
import { LogCompleter, type Completion } from './log-completer.ts';
import { DEFAULT_LOG_POLICY, type LogPolicy } from './log-policy.ts';
import { termsOf } from './log-terms.ts';
import { DAY_MS, startOfDay } from '../times.ts';
import { restAfter } from '../rest-after.ts';

/**
 * Full chunks that wait to be written: some 80,000 entries, at most 40 MB of long texts: more than comes over HTTP
 * in the second between two flushes. Beyond them entries are dropped, which bounds what the log costs at any rate.
 */
const MAX_WAITING = 40;

/** Written in one transaction: on SQLite, verifications wait that long. */
const BATCH = 16;

/** Old chunks deleted in one transaction, and in one run at most. */
const DELETED_AT_ONCE = 20;
const DELETED_IN_A_RUN = 10_000;

/** So much of a token may be hinted at; of a shorter one the hint would be too much of it. */
const HINTED = /^[a-z][a-z0-9_]{0,30}_[0-9A-Za-z]{20,128}$/;

const NO_PERMISSIONS: readonly string[] = [];

/** A credential that was presented to this program itself. */
export interface PresentedCredential {
  readonly secret: SecretEntry | null;
  readonly refusal: RefusalCode | null;
  readonly apiId: string;
  readonly environment: string | null;
  readonly permissions: Verify['permissions'];
  readonly token: string;
  readonly source: LogSource;
  readonly nowMs: number;
  readonly durationMs: number;
}

export interface LogRecorderOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly policy?: LogPolicy;
  /** Sees every recorded entry once, off the hot path: those of `columns` from a place on. Must not throw. */
  readonly observe?: (columns: LogColumns, fromPlace: number) => void;
}

/**
 * Records verifications in memory until they are written in chunks. Recording never waits: when more
 * waits than may, entries are dropped and counted. What has not been flushed when the process dies is lost.
 */
export class LogRecorder {
  readonly policy: LogPolicy;
  readonly #store: LogStore;
  readonly #clock: Clock;
  readonly #observe: (columns: LogColumns, fromPlace: number) => void;
  readonly #completer: LogCompleter;
  #open: LogChunk | null = null;
  /** Full and not yet written, the oldest first. */
  readonly #waiting: LogChunk[] = [];
  #flushing: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #gentle = false;
  #dropped = 0;
  #written = 0;

  constructor({ store, clock, policy = DEFAULT_LOG_POLICY, observe }: LogRecorderOptions) {
    this.policy = policy;
    this.#store = store;
    this.#clock = clock;
    this.#observe = observe ?? (() => undefined);
    this.#completer = new LogCompleter(store, (chunkId) => this.#inMemory(chunkId));
  }

  /** Entries that wait to be written. */
  get depth(): number {
    const chunks = this.#open === null ? this.#waiting : [...this.#waiting, this.#open];
    return chunks.reduce((sum, { count, written }) => sum + count - written, 0);
  }

  /** Entries that found no room, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Entries in the database, since the start. */
  get written(): number {
    return this.#written;
  }

  /**
   * A verification that somebody asked for. `asked`: the API and environment, which is all that is known
   * of an unknown token. Answers the entry's id; null when it is not on record.
   */
  record(
    secret: SecretEntry | null,
    refusal: RefusalCode | null,
    asked: { readonly apiId: string; readonly environment: string },
    ask: Verify,
    requestId: string | null,
    nowMs: number,
    durationUs: number,
  ): string | null {
    const chunk = this.#room(nowMs);
    if (chunk === null) return null;
    // NOT_FOUND about a key that exists elsewhere is nothing to tell about that key.
    const subject =
      secret === null || refusal === 'NOT_FOUND'
        ? chunk.subjectOfUnknown(asked.apiId, asked.environment, hintOf(ask.token))
        : chunk.subjectOfSecret(secret);
    const permissions = listed(ask.permissions);
    const place = chunk.add(nowMs, subject, codeIndex[refusal ?? 'VALID'], permissions, durationUs);
    const { request } = ask;
    chunk.setText(place, 'origin', ask.origin);
    chunk.setText(place, 'ip', this.policy.ips === 'off' ? null : ask.ip);
    if (request === undefined) chunk.setRequestId(place, requestId);
    else {
      const hidden = this.policy.userAgents === 'off';
      chunk.setText(place, 'userAgent', hidden ? null : request.userAgent);
      chunk.setText(place, 'method', request.method);
      chunk.setText(place, 'path', withoutPresented(request.path, ask.token));
      chunk.setRequestId(place, request.id ?? requestId);
    }
    return chunk.idAt(place);
  }

  /** A credential that was presented to this program itself, with the request it came with. */
  recordPresented(presented: PresentedCredential): string | null {
    const { secret, refusal, apiId, environment, token, source, nowMs, durationMs } = presented;
    const chunk = this.#room(nowMs);
    if (chunk === null) return null;
    const subject =
      secret === null || refusal === 'NOT_FOUND'
        ? chunk.subjectOfUnknown(apiId, environment, hintOf(token))
        : chunk.subjectOfSecret(secret);
    const permissions = listed(presented.permissions);
    const durationUs = Math.round(durationMs * 1_000);
    const place = chunk.add(nowMs, subject, codeIndex[refusal ?? 'VALID'], permissions, durationUs);
    const { ips, userAgents } = this.policy;
    chunk.setText(place, 'origin', source.origin);
    chunk.setText(place, 'ip', ips === 'off' ? null : source.ip);
    chunk.setText(place, 'userAgent', userAgents === 'off' ? null : source.userAgent);
    chunk.setText(place, 'method', source.method);
    chunk.setText(place, 'path', withoutPresented(source.path, token));
    chunk.setRequestId(place, source.requestId);
    return chunk.idAt(place);
  }

  /** Chunks that are not in the database yet, or not for the last time, the oldest first. */
  get recent(): readonly LogChunk[] {
    const chunks = this.#open === null ? this.#waiting : [...this.#waiting, this.#open];
    return chunks.filter(({ count }) => count > 0);
  }

  /** What was completed in these chunks and is not in the database yet. */
  recentCompletions(chunkIds: readonly string[]): LogCompletion[] {
    return this.#completer.waitingIn(chunkIds);
  }

  /** How long the verification took whose entry was recorded last. For whoever knows that it is its own. */
  took(durationMs: number): void {
    const chunk = this.#open;
    if (chunk !== null) chunk.setDuration(chunk.count - 1, Math.round(durationMs * 1_000));
  }

  /**
   * Adds what the protected APIs answered in the end, and tells which ids name no entry within the scope.
   * What comes last about an entry holds. Rejects with `OverloadedError` and `StorageError`.
   */
  complete(scope: Scope, completions: readonly Completion[]): Promise<string[]> {
    return this.#completer.complete(scope, completions);
  }

  /**
   * Writes everything recorded before the call. Rejects with `StorageError` when the database is away;
   * what was not written is kept, as far as there is room.
   */
  flush(): Promise<void> {
    this.#gentle = false;
    if (this.#flushing === null) return this.#begin();
    // One that is under way may be past the open chunk; all who call now share the one after it.
    this.#next ??= this.#flushing
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#begin();
      });
    return this.#next;
  }

  /** As `flush`, in the background: beside it, verifications get most of the time. */
  flushGently(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    this.#gentle = true;
    return this.#begin();
  }

  /** Makes the store ready for the days ahead and deletes what is older than it is to be kept. */
  async keepUp(): Promise<void> {
    const nowMs = this.#clock.now();
    await this.#store.prepareDays(nowMs);
    const endedBefore = startOfDay(nowMs) - this.policy.keepDays * DAY_MS;
    for (let deleted = 0; deleted < DELETED_IN_A_RUN;) {
      const begunMs = this.#clock.monotonic();
      const count = await this.#store.deleteOld(endedBefore, DELETED_AT_ONCE);
      if (count < DELETED_AT_ONCE) return;
      deleted += count;
      await restAfter(this.#clock.monotonic() - begunMs);
    }
  }

  #begin(): Promise<void> {
    const flushing = this.#write().finally(() => {
      if (this.#flushing === flushing) this.#flushing = null;
    });
    this.#flushing = flushing;
    return flushing;
  }

  /** The open chunk, or a new one in its place; null: there is no room, and the entry is dropped. */
  #room(nowMs: number): LogChunk | null {
    const open = this.#open;
    if (open !== null && open.takes(nowMs)) return open;
    if (!this.policy.enabled) return null;
    return this.#turn(nowMs);
  }

  #turn(nowMs: number): LogChunk | null {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped++;
      return null;
    }
    if (this.#open !== null) this.#close(this.#open);
    return (this.#open = new LogChunk(nowMs, this.policy));
  }

  /** Made ready soon and one by one: many together, in a flush, would hold up verifications. */
  #close(full: LogChunk): void {
    this.#waiting.push(full);
    setImmediate(() => {
      try {
        this.#readied(full);
      } catch {
        // Writing tries again, and has somebody to tell.
      }
    });
  }

  #inMemory(chunkId: string): LogChunk | null {
    if (this.#open?.id === chunkId) return this.#open;
    return this.#waiting.find(({ id }) => id === chunkId) ?? null;
  }

  async #write(): Promise<void> {
    // The open chunk as of now: it may be full, and another one open, before its turn comes.
    const chunks = this.#waiting.slice();
    if (this.#open !== null) chunks.push(this.#open);
    const grown = chunks.filter(({ count, written }) => count > written);
    for (let begin = 0; begin < grown.length; begin += BATCH) {
      const begunMs = this.#clock.monotonic();
      await this.#writeBatch(grown.slice(begin, begin + BATCH));
      // SQLite answers within the turn: let those in who wait for one.
      await nextTurn();
      const isLast = begin + BATCH >= grown.length;
      if (this.#gentle && !isLast) await restAfter(this.#clock.monotonic() - begunMs);
    }
    chunks.forEach((chunk) => this.#settle(chunk));
    await this.#completer.flush();
  }

  async #writeBatch(chunks: readonly LogChunk[]): Promise<void> {
    const stored = chunks.map((chunk) => this.#readied(chunk));
    await this.#store.put(stored);
    for (const [index, chunk] of chunks.entries()) {
      const { count } = stored[index] as StoredLogChunk;
      this.#written += count - chunk.written;
      chunk.written = count;
      this.#settle(chunk);
    }
  }

  /** Written as a whole, a full chunk leaves memory. */
  #settle(chunk: LogChunk): void {
    const index = this.#waiting.indexOf(chunk);
    if (index === -1 || chunk.written < chunk.count) return;
    this.#waiting.splice(index, 1);
    this.#completer.remember(chunk);
  }

  /** As it is to be written. */
  #readied(chunk: LogChunk): StoredLogChunk {
    if (chunk === this.#open) return this.#encode(chunk);
    // Nothing is added to it any more.
    return (chunk.stored ??= this.#encode(chunk));
  }

  #encode(chunk: LogChunk): StoredLogChunk {
    const { id, from, to, count } = chunk;
    const columns = chunk.columns();
    if (chunk.observed < count) {
      this.#observe(columns, chunk.observed);
      chunk.observed = count;
    }
    const filter = bloomFilter(termsOf(columns));
    return { id, from, to, count, filter, entries: encodeLogColumns(columns) };
  }
}

const listed = (permissions: Verify['permissions']): readonly string[] => {
  if (permissions === undefined) return NO_PERMISSIONS;
  return Array.isArray(permissions) ? permissions : permissions.anyOf;
};

function hintOf(presented: string): string | null {
  const token = splitPresented(presented)?.token;
  return token !== undefined && HINTED.test(token) ? tokenHint(token) : null;
}

/** Keys issued elsewhere have no shape that could be told; the one that was presented is known. */
function withoutPresented<Path extends string | null | undefined>(path: Path, token: string) {
  if (typeof path !== 'string' || token.length < MIN_HIDDEN || !path.includes(token)) return path;
  return path.replaceAll(token, '<secret>');
}

/** What is shorter is no secret, and its letters would be taken out of every word. */
const MIN_HIDDEN = 12;
