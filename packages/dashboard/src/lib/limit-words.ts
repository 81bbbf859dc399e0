import type { KeyRateLimit } from '@claviger/contract';

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

const ACCESSES = { read: ', reads only', write: ', writes only' } as const;

/** The largest unit that the window is whole numbers of. */
export function windowOf(seconds: number): { count: number; unitSeconds: number; unit: string } {
  const [unitSeconds, unit] = UNITS.find(([length]) => seconds % length === 0) ?? UNITS[3];
  return { count: seconds / unitSeconds, unitSeconds, unit };
}

/** "60 requests a minute, reads only"; "1,000 requests in 5 minutes". */
export function limitWords({
  limit,
  windowSeconds,
  access,
}: Pick<KeyRateLimit, 'limit' | 'windowSeconds' | 'access'>): string {
  const { count, unit } = windowOf(windowSeconds);
  const requests = limit === 1 ? '1 request' : `${limit.toLocaleString('en')} requests`;
  const span = count === 1 ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `in ${count} ${unit}s`;
  return `${requests} ${span}${access === undefined ? '' : ACCESSES[access]}`;
}

const SHORT: Readonly<Record<string, string>> = { hour: 'h', minute: 'min', second: 's' };

/** "60 / min", "1,000 / 5 min": where there is little room. */
export function shortLimit({
  limit,
  windowSeconds,
}: Pick<KeyRateLimit, 'limit' | 'windowSeconds'>): string {
  const { count, unit } = windowOf(windowSeconds);
  const span = `${count === 1 ? '' : `${count} `}${SHORT[unit] ?? unit}`;
  return `${limit.toLocaleString('en')} / ${span}`;
}
