const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const;

/** What was asked for to the second has lost some of it when it is shown: "in 1 day", not "in 23 hours". */
const SLACK_MS = 30 * SECOND_MS;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** "3 days ago", "in 23 hours", "just now". */
export function relativeTime(iso: string, nowMs = Date.now()): string {
  const differenceMs = Date.parse(iso) - nowMs;
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor((Math.abs(differenceMs) + SLACK_MS) / unitMs);
    if (count > 0) return format.format(differenceMs < 0 ? -count : count, unit);
  }
  return differenceMs <= 0 ? 'just now' : 'within a minute';
}

/** "3 days ago (2026-11-18 09:30:00 UTC)", for where there is room. */
export const fullTime = (iso: string, nowMs = Date.now()): string =>
  `${relativeTime(iso, nowMs)} (${exactTime(iso)})`;

/** "2026-11-18 09:30:00 UTC" */
export const exactTime = (iso: string): string =>
  `${new Date(iso).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** A time that may never come, or never have come. */
export const timeOr = (iso: string | null, otherwise: string): string =>
  iso === null ? otherwise : relativeTime(iso);

export const fullTimeOr = (iso: string | null, otherwise: string): string =>
  iso === null ? otherwise : fullTime(iso);

const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "1 minute", "1 hour 30 minutes": exact, whole seconds. */
export function durationText(seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, unitSeconds] of SPANS) {
    const count = Math.floor(rest / unitSeconds);
    rest -= count * unitSeconds;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

const DURATION_UNITS: Record<string, number> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** `30m`, `24h`, `7d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const unitMs = DURATION_UNITS[unit];
  return count === undefined || unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** A day, taken as its beginning in UTC, or a time with its zone. Undefined for anything else. */
export function parseTime(text: string): string | undefined {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/i.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // The parser takes 30 February for 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const parsed = time === undefined ? midnight : new Date(text);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed.toISOString();
}
