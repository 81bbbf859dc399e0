import type { KeyObject } from 'node:crypto';
import { signCheckpoint, type AuditEnd, type AuditLog, type Clock } from '@claviger/core';
import type { Log } from '../log.ts';
import type { CheckpointSink } from './checkpoint-sink.ts';

export interface AuditCheckpointsOptions {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly privateKey: KeyObject;
  readonly sink: CheckpointSink;
  /** Events after which there is a new one. */
  readonly every: number;
}

/** A quiet log is vouched for once a day, if anything was added. */
const DAY_MS = 86_400_000;

const TRY_LIMIT_MS = 10_000;
/** What a server that stops has time for. */
const LAST_TRY_LIMIT_MS = 1_500;

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/**
 * Signs where the audit chain ends, and puts it where whoever can write the database cannot: at start, after
 * so many events, once a day, and when the server stops. No change waits for it.
 */
export class AuditCheckpoints {
  readonly #options: AuditCheckpointsOptions;
  /** What is kept elsewhere since this process started. */
  #last: { readonly sequence: number; readonly atMs: number } | null = null;
  #running: Promise<void> | null = null;
  readonly #stopping = new AbortController();
  #retryMs = FIRST_RETRY_MS;
  /** By the monotonic clock. */
  #waitsUntil = 0;
  #failures = 0;

  constructor(options: AuditCheckpointsOptions) {
    this.#options = options;
  }

  /** The event that the last one vouches for; 0 before the first. */
  get sequence(): number {
    return this.#last?.sequence ?? 0;
  }

  /** Tries that failed since the start. */
  get failures(): number {
    return this.#failures;
  }

  /** Makes one if it is time. Never rejects: what failed is tried again, later and later. */
  tick(): Promise<void> {
    if (this.#options.clock.monotonic() < this.#waitsUntil) return Promise.resolve();
    const limit = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TRY_LIMIT_MS)]);
    return this.#once((end) => this.#isDue(end), limit);
  }

  /** Makes a last one if anything was added. One short try: a server that stops cannot wait. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const limit = AbortSignal.timeout(LAST_TRY_LIMIT_MS);
    await this.#once((end) => end.sequence > this.sequence, limit);
  }

  #once(isDue: (end: AuditEnd) => boolean, limit: AbortSignal): Promise<void> {
    this.#running ??= this.#make(isDue, limit).finally(() => (this.#running = null));
    return this.#running;
  }

  #isDue({ sequence }: AuditEnd): boolean {
    const added = sequence - this.sequence;
    if (this.#last === null) return added > 0;
    const isOld = this.#options.clock.now() - this.#last.atMs >= DAY_MS;
    return added >= this.#options.every || (added > 0 && isOld);
  }

  async #make(isDue: (end: AuditEnd) => boolean, limit: AbortSignal): Promise<void> {
    const { audit, clock, log, privateKey, sink } = this.#options;
    try {
      const end = await audit.end();
      if (!isDue(end)) return;
      const nowMs = clock.now();
      await sink(signCheckpoint(privateKey, end, nowMs), limit);
      this.#last = { sequence: end.sequence, atMs: nowMs };
      if (this.#waitsUntil > 0) log.info('audit checkpoints are kept again');
      this.#retryMs = FIRST_RETRY_MS;
      this.#waitsUntil = 0;
    } catch (error) {
      this.#failures += 1;
      this.#waitsUntil = clock.monotonic() + this.#retryMs;
      log.error(
        { err: error, retryMs: this.#retryMs },
        'an audit checkpoint could not be kept; trying on',
      );
      this.#retryMs = Math.min(2 * this.#retryMs, MAX_RETRY_MS);
    }
  }
}
