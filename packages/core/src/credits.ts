import type { Credits } from '@claviger/contract';
import type { CreditsRecord } from './ports/records.ts';

type Interval = NonNullable<Credits['refill']>['interval'];

/** The beginning of the UTC day or month that the moment lies in. */
export function periodStart(interval: Interval, nowMs: number): number {
  const now = new Date(nowMs);
  const day = interval === 'day' ? now.getUTCDate() : 1;
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), day);
}

/** When the next refill is due; null: never. */
export function nextRefill(refill: Credits['refill'], nowMs: number): number | null {
  if (refill === null) return null;
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return refill.interval === 'day'
    ? Date.UTC(year, month, now.getUTCDate() + 1)
    : Date.UTC(year, month + 1, 1);
}

/** As they are now: a refill that has become due sets the amount, whatever was left. */
export function creditsAt(credits: CreditsRecord, nowMs: number): CreditsRecord {
  const { refill, refilledAt } = credits;
  if (refill === null) return credits;
  const start = periodStart(refill.interval, nowMs);
  if (refilledAt >= start) return credits;
  return { remaining: refill.amount, refill, refilledAt: start };
}
