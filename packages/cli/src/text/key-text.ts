import type { Effective, Key } from '@claviger/sdk';
import { note } from '../output.ts';
import type { Color } from './colors.ts';
import { fields, listOr } from './fields.ts';
import { plainLine } from './plain-text.ts';
import { creditsText, linesOr, rateLimitText, resourceLines } from './policy-text.ts';
import type { Column } from './table.ts';
import { fullTime, fullTimeOr, timeOr } from './times.ts';

/** `key_… "Production scheduler"` */
export const keyName = ({ id, name }: Pick<Key, 'id' | 'name'>): string =>
  `${id} "${plainLine(name)}"`;

/** `acme, interact, production` */
export const keyPlace = ({ organizationId, apiId, environment }: Key): string =>
  `${organizationId}, ${apiId}, ${environment}`;

export const permissionsText = ({
  preset,
  permissions,
}: Pick<Key, 'preset' | 'permissions'>): string =>
  listOr(preset === null ? permissions : [`preset ${preset}`, ...permissions], 'none');

export const KEY_STATUSES = [
  'active',
  'inactive',
  'expired',
  'revoked',
] as const satisfies Key['status'][];
export const KEY_KINDS = ['secret', 'publishable', 'pair'] as const satisfies Key['kind'][];

const STATUS_COLORS: Readonly<Record<string, Color>> = {
  active: 'green',
  inactive: 'yellow',
  expired: 'yellow',
  revoked: 'red',
};

export const statusColor = (status: string): Color | undefined => STATUS_COLORS[status];

export const keyColumns: readonly Column<Key>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  { heading: 'STATUS', text: ({ status }) => status, color: statusColor },
  { heading: 'ORGANIZATION', text: (key) => key.organizationId, minWidth: 8, expendable: 2 },
  { heading: 'API', text: ({ apiId }) => apiId, minWidth: 6, expendable: 3 },
  { heading: 'ENVIRONMENT', text: ({ environment }) => environment, minWidth: 6, expendable: 4 },
  { heading: 'PERMISSIONS', text: permissionsText, minWidth: 10, expendable: 5 },
  { heading: 'LAST USED', text: ({ lastUsedAt }) => timeOr(lastUsedAt, 'never'), expendable: 1 },
  { heading: 'EXPIRES', text: ({ expiresAt }) => timeOr(expiresAt, 'never'), expendable: 6 },
];

export function keyFields(key: Key): string {
  return fields([
    ['Id', key.id],
    ['Name', key.name],
    ['Description', key.description ?? undefined],
    ['Status', key.status],
    ['Revoked', key.revokedAt === null ? undefined : fullTime(key.revokedAt)],
    ['Reason', key.revokedReason ?? undefined],
    ['API', key.apiId],
    ['Organization', key.organizationId],
    ['Environment', key.environment],
    ['Kind', key.kind],
    ['Public key', key.publicKey ?? undefined],
    ['Permissions', permissionsText(key)],
    ['Resources', linesOr(resourceLines(key.resources))],
    ['Origins', key.allowedOrigins.join(', ') || undefined],
    ['Addresses', key.allowedIps.join(', ') || undefined],
    ['Rate limits', linesOr(key.rateLimits.map(rateLimitText))],
    ['Credits', key.credits === null ? undefined : creditsText(key.credits)],
    ['Owner', key.ownerId ?? undefined],
    ['Metadata', Object.keys(key.metadata).length === 0 ? undefined : JSON.stringify(key.metadata)],
    ['Created', `${fullTime(key.createdAt)} by ${key.createdBy.type} ${key.createdBy.id}`],
    ['Valid from', key.notBefore === null ? undefined : fullTime(key.notBefore)],
    ['Expires', fullTimeOr(key.expiresAt, 'never')],
    ['Last used', fullTimeOr(key.lastUsedAt, 'never')],
    ['Secrets', listOrNone(key.secrets.map(secretText))],
    [
      'Warnings',
      key.warnings.length === 0 ? undefined : key.warnings.map(({ message }) => message).join('\n'),
    ],
  ]);
}

const listOrNone = (lines: readonly string[]): string =>
  lines.length === 0 ? 'none' : lines.join('\n');

function secretText({ id, hint, expiresAt, lastUsedAt }: Key['secrets'][number]): string {
  const end = expiresAt === null ? 'current' : `replaced, ends ${fullTime(expiresAt)}`;
  return `${id}  ${hint}  ${end}, last used ${timeOr(lastUsedAt, 'never')}`;
}

export const numberOfKeys = (count: number): string =>
  count === 1 ? '1 key' : `${count.toLocaleString('en')} keys`;

/** When it was last used, for whoever is about to cut it off. */
export const lastUse = ({ lastUsedAt }: Pick<Key, 'lastUsedAt'>): string =>
  lastUsedAt === null ? 'It was never used.' : `It was last used ${fullTime(lastUsedAt)}.`;

/** Says so when a change does not hold everywhere yet. */
export function noteEffective({ everywhere, unreachable }: Effective): void {
  if (everywhere) return;
  for (const { node, until } of unreachable) {
    note(
      `Not everywhere yet: the node ${node} cannot be reached, and may go on as before until ${until}.`,
    );
  }
}

export function noteWarnings({ warnings }: Pick<Key, 'warnings'>): void {
  for (const { message } of warnings) note(`Warning: ${plainLine(message)}`);
}
