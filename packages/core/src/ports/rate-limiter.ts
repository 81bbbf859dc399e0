import type { RateLimitState } from '@claviger/contract';

/** One limit that a request must pass. */
export interface LimitAsk {
  /** Whose limit it is: the id of a key or of an organization. */
  readonly owner: string;
  /**
   * Which of the owner's. Two parts instead of one text that would be put together for each request; the
   * pair names the counter, so that a limit of an organization names its API here too.
   */
  readonly counter: string;
  /** What its owner knows it by. */
  readonly name: string;
  /** The most that any window may hold: a whole number, as `cost` is. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** 0 is a look: it takes nothing and is refused by no limit. Above the limit, it never fits. */
  readonly cost: number;
  /** For a limiter in this process: where it found the counter, in case the same ask comes again. */
  kept?: unknown;
}

export interface TakeResult {
  readonly admitted: boolean;
  /**
   * After the taking, in the order of the asks, as the caller is told: `remaining` is never below 0, also
   * where the limit was lowered below what is spent; `resetSeconds` is until more remains than now, 0
   * when nothing is spent.
   */
  readonly states: RateLimitState[];
  /**
   * Until the same would be admitted if nothing else came; more than 0. Null when it was admitted, and
   * when waiting does not help because a cost is above its limit.
   */
  readonly retryAfterMs: number | null;
  /** The time it was counted at, by the limiter's clock, for giving it back. */
  readonly atMs: number;
}

/**
 * Counts what is admitted. No half-open window of `windowSeconds`, wherever it begins, holds more than
 * `limit`; after an idle window the whole limit is there at once. A limit or window that was changed since
 * the last take keeps what was counted.
 */
export interface RateLimiter {
  /**
   * Takes every cost or none, atomically: a request that one limit refuses spends nothing of the others. The
   * asks name different counters. `nowMs` is in whole milliseconds; one that is before another that was
   * seen counts as that other. A limiter that is shared by processes goes by its own clock instead.
   * In memory it answers at once; rejects where the counters cannot be reached.
   */
  take(asks: readonly LimitAsk[], nowMs: number): TakeResult | Promise<TakeResult>;
  /** Undoes a take that was admitted at `atMs`, as far as its costs have not left the window since. */
  giveBack(asks: readonly LimitAsk[], atMs: number): void | Promise<void>;
}
