import { setImmediate } from 'node:timers/promises';
import type { LogColumns } from '../logs/log-columns.ts';
import type { Clock } from '../ports/clock.ts';
import type { InsightStore } from '../ports/insight-store.ts';
import { DAY_MS } from '../times.ts';
import { ObservationSet } from './observation-set.ts';
import { observe } from './observe.ts';
import { restAfter } from '../rest-after.ts';

/** Rows of one kind written in one transaction: on SQLite, verifications wait that long. */
const BATCH = 100;

/** Longer than the longest time that can be asked about, so that what was seen in it is known. */
const KEEP_MS = 400 * DAY_MS;
const KEEP_PROBES_MS = 8 * DAY_MS;
/** Rows of each kind deleted in one statement. */
const DELETE_BATCH = 500;

export interface InsightRecorderOptions {
  readonly store: InsightStore;
  readonly clock: Clock;
  /** Whether there is a log. Without one nothing is observed, and what was observed before ends. */
  readonly watching: boolean;
  /** Entries that were dropped before anybody looked at them, since the start. */
  readonly dropped: () => number;
}

/** Sums up what request logs say, in memory, until it is written in batches. */
export class InsightRecorder {
  readonly #store: InsightStore;
  readonly #clock: Clock;
  readonly #watching: boolean;
  readonly #dropped: () => number;
  #waiting = new ObservationSet();
  /** Since when nothing was missed; undefined: not read yet. */
  #since: number | null | undefined;
  /** Those that `#since` takes into account. */
  #knownDropped = 0;
  /** Something was not observed, and that is not written down yet. */
  #hasGap = false;
  #flushing: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #gentle = false;

  constructor({ store, clock, watching, dropped }: InsightRecorderOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#watching = watching;
    this.#dropped = dropped;
  }

  /** The entries from a place on. Costs a fraction of a microsecond each; nothing in it waits. */
  observe(columns: LogColumns, fromPlace: number): void {
    observe(this.#waiting, columns, fromPlace);
  }

  /** Writes everything observed before the call. Rejects with `StorageError`; what was not written is kept. */
  flush(): Promise<void> {
    this.#gentle = false;
    if (this.#flushing === null) return this.#begin();
    // One that is under way has taken what waits already; all who call now share the one after it.
    this.#next ??= this.#flushing
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.flush();
      });
    return this.#next;
  }

  /** As `flush`, in the background: beside it, verifications get most of the time. */
  flushGently(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    this.#gentle = true;
    return this.#begin();
  }

  /** Since when everything was observed, as of the last flush; null: it is not. Rejects with `StorageError`. */
  async observedSince(): Promise<number | null> {
    if (this.#since === undefined) await this.flush();
    return this.#since ?? null;
  }

  /** What nobody can ask about any more. Rejects with `StorageError`. */
  async deleteOld(): Promise<void> {
    const nowMs = this.#clock.now();
    const before = { keys: nowMs - KEEP_MS, probes: nowMs - KEEP_PROBES_MS };
    while ((await this.#store.deleteOld(before, DELETE_BATCH)) >= DELETE_BATCH)
      await setImmediate();
  }

  #begin(): Promise<void> {
    const flushing = this.#write().finally(() => {
      if (this.#flushing === flushing) this.#flushing = null;
    });
    this.#flushing = flushing;
    return flushing;
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    // What comes while it is written waits for the next time.
    this.#waiting = new ObservationSet();
    this.#hasGap ||= !waiting.isComplete;
    try {
      await this.#keepWatch();
      while (waiting.size > 0) await this.#writeBatch(waiting);
    } finally {
      while (waiting.size > 0) this.#waiting.putBack(waiting.take(BATCH));
    }
  }

  async #writeBatch(waiting: ObservationSet): Promise<void> {
    const begunMs = this.#clock.monotonic();
    const batch = waiting.take(BATCH);
    try {
      await this.#store.record(batch);
    } catch (error) {
      waiting.putBack(batch);
      throw error;
    }
    // SQLite answers within the turn: let those in who wait for one.
    await setImmediate();
    const tookMs = this.#clock.monotonic() - begunMs;
    if (this.#gentle && waiting.size > 0) await restAfter(tookMs);
  }

  /** Whoever asks what was never used is told since when that is known. */
  async #keepWatch(): Promise<void> {
    const dropped = this.#dropped();
    if (dropped > this.#knownDropped) this.#hasGap = true;
    this.#knownDropped = dropped;
    const known = this.#since === undefined ? await this.#store.observedSince() : this.#since;
    const since = this.#watching ? ((this.#hasGap ? null : known) ?? this.#clock.now()) : null;
    if (since !== known) await this.#store.setObservedSince(since);
    this.#since = since;
    this.#hasGap = false;
  }
}
