import { HOUR_MS } from '../times.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** After the first try, the second, …: eight tries within a day, as Standard Webhooks advises. */
const DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  8 * HOUR_MS,
  8 * HOUR_MS,
];

/** So much is added at random, so that what failed together does not come back together. */
const JITTER = 0.1;

/** A receiver may ask for longer pauses than ours, up to this: it must not stop the tries for good. */
const MAX_PAUSE_MS = 12 * HOUR_MS;

interface Try {
  /** 1: the first one. */
  readonly tries: number;
  readonly nowMs: number;
  /** What the receiver asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 to 1. */
  readonly random: number;
}

/** When to try again; null: that was the last time. Whole milliseconds. */
export function nextAttemptAt({ tries, nowMs, retryAfterMs = 0, random }: Try): number | null {
  const delayMs = DELAYS_MS[tries - 1];
  if (delayMs === undefined) return null;
  const ownMs = delayMs * (1 + JITTER * random);
  return nowMs + Math.round(Math.min(Math.max(ownMs, retryAfterMs), MAX_PAUSE_MS));
}
