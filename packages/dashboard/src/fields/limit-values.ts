import type { Api, KeyRateLimit } from '@claviger/contract';
import { exceedsMaximum, idPatterns, keyBounds } from '@claviger/contract/rules';
import { limitWords, windowOf } from '../lib/limit-words.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import type { Faults } from './faults.ts';

const words = fieldTexts.limits;

/** A limit as it is typed. */
export interface LimitValue {
  /** Tells it from others while its name changes. */
  readonly row: string;
  readonly name: string;
  readonly limit: string;
  readonly count: string;
  readonly unitSeconds: number;
  readonly access: '' | 'read' | 'write';
}

export function limitValue({
  name,
  limit,
  windowSeconds,
  access = '' as const,
}: Limit): LimitValue {
  const { count, unitSeconds } = windowOf(windowSeconds);
  const row = crypto.randomUUID();
  return { row, name, limit: String(limit), count: String(count), unitSeconds, access };
}

type Limit = Omit<KeyRateLimit, 'access'> & { readonly access?: LimitValue['access'] | undefined };

/** To begin with; usual, and little. */
export const newLimit = (): LimitValue => limitValue({ name: '', limit: 60, windowSeconds: 60 });

/** Its numbers are `NaN` where they are no whole ones. */
export function limitOf({ name, limit, count, unitSeconds, access }: LimitValue): KeyRateLimit {
  return {
    name: name.trim(),
    limit: wholeNumber(limit),
    windowSeconds: wholeNumber(count) * unitSeconds,
    ...(access !== '' && { access }),
  };
}

export const wholeNumber = (text: string): number =>
  /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;

const isWithin = (value: number, max: number): boolean => value >= 1 && value <= max;

export function limitsFaults(api: Api, values: readonly LimitValue[]): Faults {
  const faults: Record<string, string> = {};
  if (values.length > keyBounds.rateLimits) {
    faults['/rateLimits'] = fill(words.many, { max: String(keyBounds.rateLimits) });
  }
  const limits = values.map(limitOf);
  for (const [index, limit] of limits.entries()) {
    const of = (member: keyof KeyRateLimit) => `/rateLimits/${index}/${member}`;
    const isTwin = limits.findIndex(({ name }) => name === limit.name) < index;
    const name = nameFault(api, limit.name) ?? (isTwin ? words.twice : null);
    if (name !== null) faults[of('name')] = name;
    if (!isWithin(limit.windowSeconds, keyBounds.windowSeconds)) {
      faults[of('windowSeconds')] = words.badWindow;
    }
    const max = keyBounds.limit.toLocaleString('en');
    if (!isWithin(limit.limit, keyBounds.limit))
      faults[of('limit')] = fill(words.badAmount, { max });
    else if (api.rateLimitMax !== null && exceedsMaximum(limit, api.rateLimitMax)) {
      faults[of('limit')] = fill(words.beyond, { limit: limitWords(api.rateLimitMax) });
    }
  }
  return faults;
}

function nameFault({ rateLimits }: Api, name: string): string | null {
  if (!idPatterns.limit.test(name)) return words.badName;
  const ofAll = rateLimits.some((other) => other.name === name && other.scope === 'organization');
  return ofAll ? words.ofOrganizationName : null;
}
