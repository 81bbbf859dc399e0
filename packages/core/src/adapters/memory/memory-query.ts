import { anyContains, asciiLowerCase } from '../../ascii.ts';
import { keyMatches } from '../../keys/key-matches.ts';
import {
  NEVER_USED,
  NO_EXPIRY,
  type ListApisQuery,
  type ListKeysQuery,
  type ListOrganizationsQuery,
  type PagePosition,
} from '../../ports/key-store.ts';
import type {
  ApiRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type { ListResourcesQuery } from '../../ports/resource-store.ts';
import { allows, liesWithin } from '../../scope.ts';
import type { ListWebhooksQuery, WebhookRecord } from '../../ports/webhook-store.ts';
import type { TablesView } from './memory-tables.ts';

type Order = 'asc' | 'desc';

/** Newest first. */
export function secretsOf(tables: TablesView, keyId: string): SecretRecord[] {
  const ids = tables.secretIdsByKey.get(keyId) ?? [];
  const secrets = ids.flatMap((id) => tables.secrets.get(id) ?? []);
  return secrets.toSorted((a, b) => comparePositions(byCreation(b), byCreation(a)));
}

export function withSecrets(tables: TablesView, key: KeyRecord): KeyWithSecrets {
  const secrets = secretsOf(tables, key.id);
  const uses = secrets.map(({ id }) => [id, tables.secretUses.get(id)] as const);
  return {
    key,
    secrets,
    credits: tables.credits.get(key.id) ?? null,
    lastUsedAt: tables.keyUses.get(key.id) ?? null,
    secretLastUsedAt: new Map(uses.filter((use): use is [string, number] => use[1] !== undefined)),
  };
}

export function listApis(tables: TablesView, { ids, after, limit }: ListApisQuery): ApiRecord[] {
  const visible = [...tables.apis.values()].filter(({ id }) => allows(ids, id));
  return page(visible, byCreation, 'desc', after, limit);
}

export function listOrganizations(
  tables: TablesView,
  { ids, text, after, limit }: ListOrganizationsQuery,
): OrganizationRecord[] {
  const visible = [...tables.organizations.values()].filter(
    ({ id, name }) => allows(ids, id) && (text === null || anyContains([name, id], text)),
  );
  return page(visible, byCreation, 'desc', after, limit);
}

export function listResources(
  tables: TablesView,
  { organizationId, type, text, after, limit }: ListResourcesQuery,
): ResourceRecord[] {
  const visible = [...tables.resources.values()].filter(
    (resource) =>
      resource.organizationId === organizationId &&
      resource.type === type &&
      (text === null || anyContains([resource.name, resource.id], text)),
  );
  return page(visible, byCreation, 'desc', after, limit);
}

export function listWebhooks(
  tables: TablesView,
  { apiIds, organizationIds, environments, after, limit }: ListWebhooksQuery,
): WebhookRecord[] {
  const scope = { apis: apiIds, organizations: organizationIds, environments, owners: null };
  const visible = [...tables.webhooks.values()].filter((webhook) => liesWithin(scope, webhook));
  return page(visible, byCreation, 'desc', after, limit);
}

export function listKeys(tables: TablesView, query: ListKeysQuery): KeyWithSecrets[] {
  const { filter, sort, order, after, limit, nowMs } = query;
  const lastUsedAt = ({ id }: KeyRecord) => tables.keyUses.get(id) ?? NEVER_USED;
  const values = {
    createdAt: ({ createdAt }: KeyRecord) => createdAt,
    name: ({ name }: KeyRecord) => asciiLowerCase(name),
    lastUsedAt,
    expiresAt: ({ expiresAt }: KeyRecord) => expiresAt ?? NO_EXPIRY,
  } as const;
  const matching = [...tables.keys.values()].filter((key) =>
    keyMatches(filter, key, lastUsedAt(key), nowMs),
  );
  const positionOf = (key: KeyRecord) => ({ value: values[sort](key), id: key.id });
  return page(matching, positionOf, order, after, limit).map((key) => withSecrets(tables, key));
}

interface Created {
  readonly id: string;
  readonly createdAt: number;
}

export const byCreation = ({ id, createdAt }: Created): PagePosition => ({ value: createdAt, id });

/** The `limit` rows after the position, in order. */
export function page<Row>(
  rows: readonly Row[],
  positionOf: (row: Row) => PagePosition,
  order: Order,
  after: PagePosition | null,
  limit: number,
): Row[] {
  const direction = order === 'asc' ? 1 : -1;
  const compare = (a: PagePosition, b: PagePosition) => direction * comparePositions(a, b);
  return rows
    .map((row) => ({ row, position: positionOf(row) }))
    .filter(({ position }) => after === null || compare(position, after) > 0)
    .toSorted((a, b) => compare(a.position, b.position))
    .slice(0, limit)
    .map(({ row }) => row);
}

/** By value; those of the same value by id. */
function comparePositions(a: PagePosition, b: PagePosition): number {
  const byValue =
    typeof a.value === 'number' && typeof b.value === 'number'
      ? a.value - b.value
      : compareText(String(a.value), String(b.value));
  return byValue === 0 ? compareText(a.id, b.id) : byValue;
}

/** By UTF-8 code units, which is how SQLite compares, and PostgreSQL under the collation "C". */
function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
