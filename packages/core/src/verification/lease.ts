import type { Clock } from '../ports/clock.ts';

/** L of the guarantee (ARCHITECTURE.md): how long an answer from memory is allowed after the last renewal. */
export const DEFAULT_LEASE_MS = 5_000;

/**
 * The time during which answers from memory are allowed. It is counted from before the renewal was
 * asked for, and is over as soon as either clock says so: a suspended machine stops the one, a wall
 * clock set back hides time from the other.
 */
export class Lease {
  readonly durationMs: number;
  readonly #clock: Clock;
  #startMonotonic = Number.NEGATIVE_INFINITY;
  #startWall = Number.NEGATIVE_INFINITY;
  /** As it was when it was last asked whether it lives: reading a clock is not free. */
  monotonicMs = 0;

  constructor(clock: Clock, durationMs: number) {
    this.#clock = clock;
    this.durationMs = durationMs;
  }

  /** To be taken before the database is asked. */
  mark(): LeaseMark {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  renew(mark: LeaseMark): void {
    this.#startMonotonic = mark.monotonic;
    this.#startWall = mark.wall;
  }

  end(): void {
    this.renew({ monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY });
  }

  /** `nowMs`: the wall clock as the caller just read it; reading a clock is not free. */
  alive(nowMs: number): boolean {
    this.monotonicMs = this.#clock.monotonic();
    return (
      this.monotonicMs - this.#startMonotonic < this.durationMs &&
      nowMs - this.#startWall < this.durationMs
    );
  }
}

export interface LeaseMark {
  readonly monotonic: number;
  readonly wall: number;
}
