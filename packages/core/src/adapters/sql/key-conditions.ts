import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { KeySort, KeyStatus } from '@claviger/contract';
import {
  NEVER_USED,
  NO_EXPIRY,
  type KeyFilter,
  type CountKeysQuery,
} from '../../ports/key-store.ts';
import { anyContains, equals, within } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';

/** Over `keys` left-joined with `key_last_uses as used`. */

const SEARCHED = ['keys.name', 'keys.description', 'keys.id', 'keys.public_key', 'keys.hint'];

/** Missing times are given a place, so that rows can be compared with the last one of a page. */
export function sortExpression(sort: KeySort): RawBuilder<string | number> {
  switch (sort) {
    case 'createdAt':
      return sql`keys.created_at`;
    case 'name':
      return sql`lower(keys.name)`;
    case 'lastUsedAt':
      return sql`coalesce(used.used_at, ${sql.lit(NEVER_USED)})`;
    case 'expiresAt':
      return sql`coalesce(keys.expires_at, ${sql.lit(NO_EXPIRY)})`;
  }
}

export function keyConditions(
  flavor: SqlFlavor,
  { filter, nowMs }: Pick<CountKeysQuery, 'filter' | 'nowMs'>,
): Expression<SqlBool>[] {
  const conditions: (Expression<SqlBool> | null)[] = [
    within('keys.id', filter.ids),
    within('keys.api_id', filter.apiIds),
    within('keys.organization_id', filter.organizationIds),
    within('keys.environment', filter.environments),
    filter.status === null ? null : statusCondition(filter.status, nowMs),
    equals('keys.kind', filter.kind),
    within('keys.owner_id', filter.ownerIds),
    equals('keys.replaces_key_id', filter.replacesKeyId),
    filter.permission === null ? null : permissionCondition(flavor, filter.permission),
    filter.resource === null
      ? null
      : flavor.listHolds(sql`keys.resources`, filter.resource.type, filter.resource.id),
    filter.text === null ? null : anyContains(flavor, SEARCHED, filter.text),
    before(sql`coalesce(used.used_at, ${sql.lit(NEVER_USED)})`, filter.lastUsedBefore),
    before(sql`keys.created_at`, filter.createdBefore),
    filter.expiresAfter === null ? null : sql`keys.expires_at >= ${filter.expiresAfter}`,
    before(sql`keys.expires_at`, filter.expiresBefore),
    ...Object.entries(filter.metadata).map(([name, value]) =>
      flavor.memberIs(sql`keys.metadata`, name, value),
    ),
  ];
  return conditions.filter((condition) => condition !== null);
}

function before(time: RawBuilder<number>, limitMs: number | null): RawBuilder<SqlBool> | null {
  return limitMs === null ? null : sql`${time} < ${limitMs}`;
}

/** The same rule as `keyStatus`, for the database. */
function statusCondition(status: KeyStatus, nowMs: number): RawBuilder<SqlBool> {
  const early = sql<SqlBool>`keys.not_before is not null and keys.not_before > ${nowMs}`;
  const late = sql<SqlBool>`keys.expires_at is not null and keys.expires_at <= ${nowMs}`;
  switch (status) {
    case 'revoked':
      return sql`keys.state = 'revoked'`;
    case 'inactive':
      return sql`(keys.state = 'disabled' or (keys.state = 'enabled' and ${early}))`;
    case 'expired':
      return sql`(keys.state = 'enabled' and not (${early}) and ${late})`;
    case 'active':
      return sql`(keys.state = 'enabled' and not (${early}) and not (${late}))`;
  }
}

function permissionCondition(
  flavor: SqlFlavor,
  { id, presets }: NonNullable<KeyFilter['permission']>,
): Expression<SqlBool> {
  // Ids hold no quotes, so the quoted id is found in the JSON list exactly where it is an element.
  const named = flavor.contains(sql`keys.permissions`, JSON.stringify(id));
  if (presets.length === 0) return named;
  const pairs = presets.map(({ apiId, preset }) => sql`(${apiId}, ${preset})`);
  return sql<SqlBool>`(${named} or (keys.api_id, keys.preset) in (values ${sql.join(pairs)}))`;
}
