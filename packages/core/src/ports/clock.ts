// The global of that name is looked up anew at every call.
import { performance } from 'node:perf_hooks';

/** Time. Tests put a clock of their own here; nothing else in core asks the system for the time. */
export interface Clock {
  /** Milliseconds since 1970 by the wall clock, which may be set back. */
  now(): number;
  /** Milliseconds from an unnamed origin; never goes back. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
