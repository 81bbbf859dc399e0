import { setTimeout as delay } from 'node:timers/promises';

/** Whoever works gently rests this many times as long as it worked: it takes a fifth of the time at most. */
const REST = 4;
/** A database that is slow is not kept busy by waiting either; and whoever wants to stop waits that long at most. */
const MAX_REST_MS = 500;

/** After work in the background that took so long, so that all the work beside it gets most of the time. */
export const restAfter = (tookMs: number): Promise<void> =>
  delay(Math.min(REST * tookMs, MAX_REST_MS));
