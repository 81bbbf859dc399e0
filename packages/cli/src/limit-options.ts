import type { Key } from '@claviger/sdk';
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './text/times.ts';

type RateLimit = Key['rateLimits'][number];
type Credits = NonNullable<Key['credits']>;

const RATE_LIMIT_FORM =
  'Write it as <name>=<limit>/<duration>, such as read=60/1m, and :read or :write after it where only those requests count.';

/** `--rate-limit read=60/1m:read`, repeated. */
export const rateLimits = (flags: string, description: string): Option =>
  new Option(flags, `${description}; repeat it for more`).argParser(
    // False: `--no-rate-limit` stood before it.
    (text: string, before: readonly RateLimit[] | false | undefined) => [
      ...(before || []),
      parseRateLimit(text),
    ],
  );

function parseRateLimit(text: string): RateLimit {
  const [, name, limit = '', window = '', access] =
    /^([^=]+)=([^/]*)\/([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError(RATE_LIMIT_FORM);
  const windowMs = parseDuration(window);
  if (!isAmount(limit)) throw wrong(`"${limit}" is not a whole number.`, RATE_LIMIT_FORM);
  if (windowMs === undefined) {
    throw wrong(`"${window}" is not a duration such as 60s, 1m, 1h or 1d.`, RATE_LIMIT_FORM);
  }
  const parsed = { name, limit: Number(limit), windowSeconds: windowMs / 1_000 };
  if (access === undefined) return parsed;
  if (access === 'read' || access === 'write') return { ...parsed, access };
  throw wrong(`"${access}" is neither read nor write.`, RATE_LIMIT_FORM);
}

const CREDITS_FORM =
  'Write an amount, such as 1000, and /day or /month after it where it is refilled: 1000/month.';

/** `--credits 1000/month`: what there is now and, with an interval, what there is again after each. */
export const credits = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string): Credits => {
    const [, amount = '', interval] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
    if (!isAmount(amount)) throw wrong(`"${amount}" is not a whole number.`, CREDITS_FORM);
    const remaining = Number(amount);
    if (interval === undefined) return { remaining, refill: null };
    if (interval === 'day' || interval === 'month') {
      return { remaining, refill: { amount: remaining, interval } };
    }
    throw wrong(`"${interval}" is neither day nor month.`, CREDITS_FORM);
  });

/** As many digits as are exact as a number; how much there may be of it, the server says. */
const isAmount = (text: string): boolean => /^\d{1,15}$/.test(text);

const wrong = (fault: string, form: string) => new InvalidArgumentError(`${fault} ${form}`);
