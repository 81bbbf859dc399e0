import type { Accepted, Key } from '@claviger/sdk';
import { durationText } from './times.ts';

interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly access?: 'read' | 'write' | undefined;
  readonly scope?: 'key' | 'organization';
}

const numbers = new Intl.NumberFormat('en');

/** `12,000` */
export const numberText = (value: number): string => numbers.format(value);

/** `60 per minute`, `100 per 5 minutes` */
export function rateText({
  limit,
  windowSeconds,
}: Pick<RateLimit, 'limit' | 'windowSeconds'>): string {
  return `${numberText(limit)} per ${durationText(windowSeconds).replace(/^1 (?=\S+$)/, '')}`;
}

/** `read: 60 per minute, reads only` */
export function rateLimitText(limit: RateLimit): string {
  const parts = [
    rateText(limit),
    ...(limit.access === undefined ? [] : [`${limit.access}s only`]),
    ...(limit.scope === 'organization' ? ['all keys of an organization together'] : []),
  ];
  return `${limit.name}: ${parts.join(', ')}`;
}

/** `read: 58 of 60 per minute left, more in 42 seconds` */
export function limitStateText({
  name,
  remaining,
  resetSeconds,
  ...limit
}: Accepted['rateLimits'][number]): string {
  const more = resetSeconds === 0 ? '' : `, more in ${durationText(resetSeconds)}`;
  return `${name}: ${numberText(remaining)} of ${rateText(limit)} left${more}`;
}

/** `941 left, 1,000 again each month (UTC)` */
export function creditsText({ remaining, refill }: NonNullable<Key['credits']>): string {
  const refilled =
    refill === null
      ? 'not refilled'
      : `${numberText(refill.amount)} again each ${refill.interval} (UTC)`;
  return `${numberText(remaining)} left, ${refilled}`;
}

/** Lines below one another; undefined for none, which is not worth a line. */
export const linesOr = (lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : lines.join('\n');

/** `customer: cus_1, cus_2`, a type to a line; an empty list allows nothing of its type. */
export const resourceLines = (resources: Key['resources']): string[] =>
  Object.entries(resources).map(
    ([type, ids]) => `${type}: ${ids.length === 0 ? 'none' : ids.join(', ')}`,
  );
