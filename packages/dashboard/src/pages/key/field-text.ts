import type { Api, Key } from '@claviger/contract';
import { exactTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';

type Fields = Partial<Key>;

const words = keyPageTexts.facts;

/** A permission by the name that its API gives it. */
export const permissionName = (id: string, api: Api | null): string =>
  api?.permissions.find((permission) => permission.id === id)?.name ?? id;

/** A preset by the name that its API gives it. */
export const presetName = (id: string, api: Api | null): string =>
  api?.presets.find((preset) => preset.id === id)?.name ?? id;

const listed = (list: readonly string[] | undefined): string | null =>
  list === undefined || list.length === 0 ? null : list.join(', ');

const timeOf = (time: string | null | undefined): string | null => (time ? exactTime(time) : null);

/** "100 in 60 s, of reads" */
export const limitText = ({ limit, windowSeconds, access }: Key['rateLimits'][number]): string =>
  [
    fill(words.window, { limit: limit.toLocaleString('en'), seconds: String(windowSeconds) }),
    ...(access === undefined ? [] : [words.ofAccess[access]]),
  ].join(', ');

export function creditsText({ remaining, refill }: NonNullable<Key['credits']>): string {
  const left = fill(words.remaining, { count: remaining.toLocaleString('en') });
  if (refill === null) return left;
  const amount = refill.amount.toLocaleString('en');
  return `${left}, ${fill(words.refill, { amount, interval: words.intervals[refill.interval] })}`;
}

export const resourcesText = (resources: Key['resources'], api: Api | null): string | null =>
  listed(
    Object.entries(resources).map(([type, ids]) => {
      const name = api?.resourceTypes.find(({ id }) => id === type)?.name ?? type;
      return `${name}: ${ids.join(', ')}`;
    }),
  );

/** What a field says, in words, on one line; null: it is empty. */
const TEXTS = {
  name: ({ name }: Fields) => name ?? null,
  description: ({ description }: Fields) => description ?? null,
  permissions: ({ permissions }: Fields, api: Api | null) =>
    listed(permissions?.map((id) => permissionName(id, api))),
  preset: ({ preset }: Fields, api: Api | null) => (preset ? presetName(preset, api) : null),
  allowedOrigins: ({ allowedOrigins }: Fields) => listed(allowedOrigins),
  allowedIps: ({ allowedIps }: Fields) => listed(allowedIps),
  resources: ({ resources }: Fields, api: Api | null) =>
    resources === undefined ? null : resourcesText(resources, api),
  rateLimits: ({ rateLimits }: Fields) =>
    listed(rateLimits?.map((limit) => `${limit.name}: ${limitText(limit)}`)),
  credits: ({ credits }: Fields) => (credits ? creditsText(credits) : null),
  notBefore: ({ notBefore }: Fields) => timeOf(notBefore),
  expiresAt: ({ expiresAt }: Fields) => timeOf(expiresAt),
  ownerId: ({ ownerId }: Fields) => ownerId ?? null,
  metadata: ({ metadata }: Fields) =>
    metadata === undefined || Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata),
} as const;

export const fieldText = (
  field: keyof typeof TEXTS,
  fields: Fields,
  api: Api | null,
): string | null => TEXTS[field](fields, api);
