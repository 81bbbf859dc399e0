export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** What was asked for to the second has lost some of it when it is shown: "in 1 day", not "in 23 hours". */
const SLACK_SECONDS = 30;

/** "3 days ago", "in 2 hours", rounded down as the server's texts are; "now" within half a minute. */
export function relativeTime(time: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(time) - nowMs) / 1_000;
  for (const [unit, length] of UNITS) {
    const count = Math.floor((Math.abs(seconds) + SLACK_SECONDS) / length);
    if (count >= 1) return relative.format(seconds < 0 ? -count : count, unit);
  }
  return relative.format(0, 'second');
}

export const exactTime = (time: string): string => exact.format(new Date(time));

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

/** Of a moment today. */
export const clockTime = (time: string): string => clock.format(new Date(time));

/** "3 days", "2 hours"; "a few seconds" within a minute. */
export function lengthOf(ms: number): string {
  const seconds = ms / 1_000;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) {
      const format = { style: 'unit', unit, unitDisplay: 'long' } as const;
      return new Intl.NumberFormat('en', format).format(count);
    }
  }
  return 'a few seconds';
}
