import type { UsageInterval, UsageQuery } from '@claviger/contract';
import { InvalidRequestError } from '../errors.ts';
import { DAY_MS, HOUR_MS, msOf } from '../times.ts';

/** Whole intervals: `from` inclusive, `to` exclusive. Milliseconds since 1970. */
export interface UsageSpan {
  readonly from: number;
  readonly to: number;
}

/** More would make one answer read more counts than a server that also verifies should. */
const MAX_INTERVALS = { hour: 31 * 24, day: 366, month: 36 } as const;
const DEFAULT_INTERVALS = { hour: 24, day: 30, month: 12 } as const;

const NARROWER = {
  hour: 'Ask for at most 31 days, or by "interval=day".',
  day: 'Ask for at most 366 days, or by "interval=month".',
  month: 'Ask for at most 36 months.',
} as const;

/** The beginning of the interval in which the moment lies, or of the one so many intervals later. All in UTC. */
export function intervalStart(interval: UsageInterval, ms: number, later = 0): number {
  if (interval === 'month') {
    const at = new Date(ms);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later);
  }
  const lengthMs = interval === 'hour' ? HOUR_MS : DAY_MS;
  return (Math.floor(ms / lengthMs) + later) * lengthMs;
}

/** What the query covers. Throws `InvalidRequestError` when it is empty or longer than its interval allows. */
export function usageSpan(query: Pick<UsageQuery, 'from' | 'to' | 'interval'>, nowMs: number) {
  const { interval } = query;
  const endMs = Math.min(query.to === undefined ? Infinity : msOf(query.to), nowMs + 1);
  // What ends at the beginning of an interval does not reach into it.
  const to = intervalStart(interval, endMs - 1, 1);
  const from =
    query.from === undefined
      ? intervalStart(interval, to, -DEFAULT_INTERVALS[interval])
      : intervalStart(interval, msOf(query.from));
  if (from >= to) throw refusedSpan('must lie before "to", and not in the future');
  if (from < intervalStart(interval, to, -MAX_INTERVALS[interval])) {
    throw refusedSpan(`lies too long before "to". ${NARROWER[interval]}`);
  }
  return { from, to };
}

const refusedSpan = (message: string) =>
  new InvalidRequestError([{ pointer: '/query/from', message }]);
