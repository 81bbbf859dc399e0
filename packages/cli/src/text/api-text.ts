import type { Api } from '@claviger/sdk';
import { fields, listOr } from './fields.ts';
import { plainLine } from './plain-text.ts';
import { linesOr, rateLimitText, rateText } from './policy-text.ts';
import { table, type Column } from './table.ts';
import { durationText, fullTime, relativeTime } from './times.ts';

export const apiName = ({ id, name }: Pick<Api, 'id' | 'name'>): string =>
  `${id} "${plainLine(name)}"`;

export const apiColumns: readonly Column<Api>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  { heading: 'KEYS', text: formatsText, minWidth: 8, expendable: 3 },
  {
    heading: 'ENVIRONMENTS',
    text: (api) => api.environments.join(', '),
    minWidth: 10,
    expendable: 4,
  },
  { heading: 'PERMISSIONS', text: ({ permissions }) => String(permissions.length), expendable: 2 },
  { heading: 'UPDATED', text: ({ updatedAt }) => relativeTime(updatedAt), expendable: 1 },
];

export function apiFields(api: Api): string {
  const { expiry } = api;
  const head = fields([
    ['Id', api.id],
    ['Name', api.name],
    ['Keys', formatsText(api)],
    ['Environments', api.environments.join(', ')],
    ['Revocation', api.revocation],
    ['Leaked keys', onLeakText(api.onLeak)],
    ['Expiry', expiry === null ? 'none unless asked for' : expiryText(expiry)],
    [
      'Keys at most',
      api.maxKeysPerOrganization === null
        ? undefined
        : `${api.maxKeysPerOrganization} in an organization`,
    ],
    ['Rate limits', linesOr(api.rateLimits.map(rateLimitText))],
    [
      'Limits at most',
      api.rateLimitMax === null ? undefined : `${rateText(api.rateLimitMax)} on one key`,
    ],
    [
      'Resources',
      api.resourceTypes.map(({ id, name }) => `${id} "${name}"`).join(', ') || undefined,
    ],
    ['Legacy formats', api.legacyFormats.length === 0 ? undefined : api.legacyFormats.join('\n')],
    ['Created', fullTime(api.createdAt)],
    ['Updated', fullTime(api.updatedAt)],
  ]);
  const columns = api.permissions.some(({ publishable }) => publishable)
    ? permissionColumns
    : permissionColumns.filter((column) => column !== publishableColumn);
  const permissions = table(columns, api.permissions);
  const presets = api.presets.length === 0 ? [] : [table(presetColumns, api.presets)];
  return [head, permissions, ...presets].join('\n\n');
}

type Permission = Api['permissions'][number];
type Preset = Api['presets'][number];

/** Where none is, it would say nothing. */
const publishableColumn: Column<Permission> = {
  heading: 'PUBLISHABLE',
  text: ({ publishable }) => (publishable ? 'yes' : 'no'),
  expendable: 2,
};

const permissionColumns: readonly Column<Permission>[] = [
  { heading: 'PERMISSION', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  { heading: 'ACCESS', text: ({ access }) => access },
  publishableColumn,
  {
    heading: 'DESCRIPTION',
    text: ({ description = '' }) => description,
    minWidth: 12,
    expendable: 1,
  },
];

const presetColumns: readonly Column<Preset>[] = [
  { heading: 'PRESET', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  {
    heading: 'GRANTS',
    text: ({ grants }) => (typeof grants === 'string' ? grants : grants.permissions.join(', ')),
    minWidth: 12,
  },
];

/** `int_…, il_pk_… (publishable), pk_…:sk_…` */
function formatsText({ formats: { secret, publishable, pair } }: Api): string {
  const shape = ({ prefix }: { prefix: string | Record<string, string> }) =>
    `${typeof prefix === 'string' ? prefix : Object.values(prefix).join('|')}_…`;
  return listOr(
    [
      ...(secret === undefined ? [] : [shape(secret)]),
      ...(publishable === undefined ? [] : [`${shape(publishable)} (publishable)`]),
      ...(pair === undefined ? [] : [`${shape(pair.public)}:${shape(pair.secret)}`]),
    ],
    'none',
  );
}

const daysText = (days: number): string => durationText(days * 86_400);

function expiryText({ defaultDays, maxDays, remindDays }: NonNullable<Api['expiry']>): string {
  const [others, last] = [remindDays.slice(0, -1), remindDays.at(-1)];
  const parts = [
    ...(defaultDays === null ? [] : [`${daysText(defaultDays)} by default`]),
    ...(maxDays === null ? [] : [`${daysText(maxDays)} at most`]),
    ...(last === undefined ? [] : [`reminders ${[...others, daysText(last)].join(', ')} before`]),
  ];
  return listOr(parts, 'none unless asked for');
}

function onLeakText(onLeak: Api['onLeak']): string {
  switch (onLeak.action) {
    case 'notify':
      return 'go on record';
    case 'limit':
      return `are limited to ${rateText(onLeak)}`;
    case 'rotate':
      return onLeak.overlapSeconds === 0
        ? 'lose the leaked secret at once'
        : `lose the leaked secret after ${durationText(onLeak.overlapSeconds)}`;
    case 'revoke':
      return 'are revoked';
  }
}
