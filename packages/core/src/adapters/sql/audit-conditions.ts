import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { asciiLowerCase } from '../../ascii.ts';
import type { AuditFilter } from '../../ports/audit-log.ts';
import { equals, within } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';

/** The same rule as `eventMatches`, for the database. */
export function auditConditions(flavor: SqlFlavor, filter: AuditFilter): Expression<SqlBool>[] {
  const actor = (member: string) => flavor.member(sql`actor`, member);
  const conditions: (Expression<SqlBool> | null)[] = [
    within('target_api_id', filter.apiIds),
    within('target_organization_id', filter.organizationIds),
    within('target_environment', filter.environments),
    filter.action === null ? null : actionCondition(filter.action),
    equals(actor('type'), filter.actorType),
    equals(actor('id'), filter.actorId),
    equals('target_type', filter.targetType),
    equals('target_id', filter.targetId),
    equals('ip', filter.ip),
    equals('request_id', filter.requestId),
    filter.from === null ? null : sql`at >= ${filter.from}`,
    filter.to === null ? null : sql`at < ${filter.to}`,
    filter.text === null ? null : textCondition(flavor, filter.text),
  ];
  return conditions.filter((condition) => condition !== null);
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
