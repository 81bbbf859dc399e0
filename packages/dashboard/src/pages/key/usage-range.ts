import type { Usage, VerificationCode } from '@claviger/contract';
import { queryOptions } from '@tanstack/react-query';
import { clientFor } from '../../lib/api.ts';
import { DAY_MS, HOUR_MS } from '../../lib/times.ts';

/** How long a bar of the chart is, and what is asked for. Where no beginning is named, the server's clock says it. */
const RANGES = {
  '24h': { interval: 'hour', stepMs: HOUR_MS, spanMs: null },
  '7d': { interval: 'hour', stepMs: 6 * HOUR_MS, spanMs: 7 * DAY_MS },
  '30d': { interval: 'day', stepMs: DAY_MS, spanMs: null },
} as const;

export type UsageRange = keyof typeof RANGES;

export const usageRanges = Object.keys(RANGES) as UsageRange[];

export const isUsageRange = (value: unknown): value is UsageRange =>
  usageRanges.some((range) => range === value);

/** The counts of a key by outcome, as often as anything on the page needs them asked for once. */
export const keyUsageQuery = (organizationId: string, keyId: string, range: UsageRange) =>
  queryOptions({
    queryKey: ['key', keyId, 'usage', range],
    queryFn: () => {
      const { interval, spanMs } = RANGES[range];
      const from = spanMs === null ? {} : { from: new Date(Date.now() - spanMs).toISOString() };
      return clientFor(organizationId).usage.query({ keyId, interval, ...from });
    },
  });

export const requestsIn = ({ data }: Usage): number =>
  data.reduce((sum, { count }) => sum + count, 0);

/** What is told apart: a code, or the refusals that are too few to have a colour of their own. */
export type Outcome = VerificationCode | 'others';

export interface UsageBar {
  readonly startMs: number;
  readonly endMs: number;
  readonly total: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
}

export interface UsageOutcome {
  readonly outcome: Outcome;
  readonly count: number;
  /** Of the styles. */
  readonly color: string;
}

export interface UsageSeries {
  readonly bars: readonly UsageBar[];
  /** Those that occurred, what was allowed first, with their sums. */
  readonly outcomes: readonly UsageOutcome[];
  readonly total: number;
  readonly refused: number;
}

/** As many as there are colours that people tell apart. */
const MAX_REFUSALS = 5;

/** The rows of an answer as bars of equal length, without gaps. */
export function usageSeries({ from, to, data }: Usage, range: UsageRange): UsageSeries {
  const sums = new Map<VerificationCode, number>();
  for (const { code = 'VALID', count } of data) sums.set(code, (sums.get(code) ?? 0) + count);
  const refusals = [...sums].filter(([code]) => code !== 'VALID').toSorted((a, b) => b[1] - a[1]);
  const shown = new Set(refusals.slice(0, MAX_REFUSALS).map(([code]) => code));
  const outcomeOf = (code: VerificationCode): Outcome =>
    code === 'VALID' || shown.has(code) ? code : 'others';
  const { stepMs } = RANGES[range];
  const first = Math.floor(Date.parse(from) / stepMs);
  const length = Math.ceil(Date.parse(to) / stepMs) - first;
  const counts = Array.from({ length }, (): Partial<Record<Outcome, number>> => ({}));
  for (const { start, code = 'VALID', count } of data) {
    const bar = counts[Math.floor(Date.parse(start) / stepMs) - first];
    const outcome = outcomeOf(code);
    if (bar !== undefined) bar[outcome] = (bar[outcome] ?? 0) + count;
  }
  const others = refusals.slice(MAX_REFUSALS).reduce((sum, [, count]) => sum + count, 0);
  const allowed = sums.get('VALID') ?? 0;
  const refused = refusals.reduce((sum, [, count]) => sum + count, 0);
  return {
    bars: counts.map((each, index) => ({
      startMs: (first + index) * stepMs,
      endMs: (first + index + 1) * stepMs,
      total: Object.values(each).reduce((sum, count) => sum + count, 0),
      counts: each,
    })),
    outcomes: [
      { outcome: 'VALID' as const, count: allowed, color: 'var(--chart-1)' },
      ...refusals.slice(0, MAX_REFUSALS).map(([outcome, count], place) => ({
        outcome,
        count,
        color: `var(--chart-${place + 2})`,
      })),
      { outcome: 'others' as const, count: others, color: 'var(--chart-7)' },
    ].filter(({ count }) => count > 0),
    total: allowed + refused,
    refused,
  };
}

const hour = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const dayAndHour = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
const localDay = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const utcDay = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** Which time a bar stands for, in full. */
export function barName({ startMs, endMs }: UsageBar, range: UsageRange): string {
  if (range === '30d') return utcDay.format(startMs);
  return dayAndHour.formatRange(startMs, endMs);
}

/** The same, as short as it stands below a chart. */
export function tickName(startMs: number, range: UsageRange): string {
  if (range === '24h') return hour.format(startMs);
  return range === '7d' ? localDay.format(startMs) : utcDay.format(startMs);
}
