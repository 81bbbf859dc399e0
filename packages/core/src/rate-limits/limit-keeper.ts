import type { MemoryRateLimiter } from './memory-rate-limiter.ts';
import type { Clock } from '../ports/clock.ts';
import type { RateLimitStates } from '../ports/rate-limit-states.ts';

/** Saving takes a fiftieth of the time at most, however many limits count. */
const REST = 49;

/**
 * Keeps what is counted under limits across restarts. A crash can admit again what was admitted since
 * the last save.
 */
export class LimitKeeper {
  readonly #limiter: MemoryRateLimiter;
  readonly #states: RateLimitStates;
  readonly #clock: Clock;
  #saved = '';
  #restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(limiter: MemoryRateLimiter, states: RateLimitStates, clock: Clock) {
    this.#limiter = limiter;
    this.#states = states;
    this.#clock = clock;
  }

  /** Answers why what was saved cannot be used, or null. Rejects with `StorageError`. */
  async restore(): Promise<string | null> {
    const saved = await this.#states.load();
    if (saved === null) return null;
    return this.#limiter.restore(parse(saved), this.#clock.now());
  }

  /** Saves unless nothing changed. Rejects with `StorageError`. */
  async save(): Promise<void> {
    const begunMs = this.#clock.monotonic();
    const state = this.#limiter.save();
    const text = JSON.stringify(state);
    const counters = JSON.stringify(state.counters);
    if (counters !== this.#saved) {
      await this.#states.save(text);
      this.#saved = counters;
    }
    const nowMs = this.#clock.monotonic();
    this.#restUntilMs = nowMs + REST * (nowMs - begunMs);
  }

  /** As `save`, in the background: not before it has rested. */
  async saveGently(): Promise<void> {
    if (this.#clock.monotonic() >= this.#restUntilMs) await this.save();
  }
}

function parse(saved: string): unknown {
  try {
    return JSON.parse(saved);
  } catch {
    return null;
  }
}
