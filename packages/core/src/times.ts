/** The contract's times: ISO 8601 in UTC with milliseconds. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

export const isoTimeOrNull = (ms: number | null): string | null =>
  ms === null ? null : isoTime(ms);

export const msOf = (text: string): number => Date.parse(text);

export const msOfOrNull = (text: string | null): number | null =>
  text === null ? null : msOf(text);

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const startOfHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
/** Midnight, UTC. */
export const startOfDay = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
