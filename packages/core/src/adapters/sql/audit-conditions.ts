import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { asciiLowerCase } from '../../ascii.ts';
import type { AuditFilter } from '../../ports/audit-log.ts';
import { among } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';

/** The same rule as `eventMatches`, for the database. */
export function auditConditions(flavor: SqlFlavor, filter: AuditFilter): Expression<SqlBool>[] {
  const actor = (member: string) => flavor.member(sql`actor`, member);
  const conditions: (Expression<SqlBool> | null)[] = [
    filter.apiIds && among('target_api_id', filter.apiIds),
    filter.organizationIds && among('target_organization_id', filter.organizationIds),
    filter.environments && among('target_environment', filter.environments),
    filter.action === null ? null : actionCondition(filter.action),
    equals(actor('type'), filter.actorType),
    equals(actor('id'), filter.actorId),
    equals(sql`target_type`, filter.targetType),
    equals(sql`target_id`, filter.targetId),
    equals(sql`ip`, filter.ip),
    equals(sql`request_id`, filter.requestId),
    filter.from === null ? null : sql`at >= ${filter.from}`,
    filter.to === null ? null : sql`at < ${filter.to}`,
    filter.text === null ? null : textCondition(flavor, filter.text),
  ];
  return conditions.filter((condition) => condition !== null);
}

function equals(column: RawBuilder<string>, value: string | null): RawBuilder<SqlBool> | null {
  return value === null ? null : sql`${column} = ${value}`;
}

/** Text sorts by bytes: what begins with `key.` lies between `key.` and `key/`. */
function actionCondition(action: string): RawBuilder<SqlBool> {
  if (!action.endsWith('.')) return sql`action = ${action}`;
  return sql`(action >= ${action} and action < ${`${action.slice(0, -1)}/`})`;
}

const SEARCHED = [
  'id',
  'action',
  'target_id',
  'target_api_id',
  'target_organization_id',
  'ip',
  'request_id',
];

/** No text that is searched for holds a line feed, so it is never found across two columns. */
function textCondition(flavor: SqlFlavor, text: string): Expression<SqlBool> {
  const columns = [...SEARCHED.map((name) => sql.ref(name)), flavor.member(sql`actor`, 'id')];
  const all = sql<string>`lower(concat_ws(${sql.lit('\n')}, ${sql.join(columns)}))`;
  return flavor.contains(all, asciiLowerCase(text));
}
