import { sql } from 'kysely';
import { canonicalNumber, type SqlFlavor } from '../sql/sql-flavor.ts';

/** SQLSTATE classes and codes (PostgreSQL, appendix A) that mean the database, not the statement, is at fault. */
const OUTAGE_CLASSES = ['08', '53', '57P', '58'];
const READ_ONLY = '25006';
const CONFLICTS = ['40001', '40P01'];

/** Codes and messages of the driver and the system when there is no connection. */
const CONNECTION_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
];
const CONNECTION_MESSAGE =
  /connection (?:terminated|error)|timeout exceeded|timeout expired|not queryable/i;

export const postgresFlavor: SqlFlavor = {
  name: 'postgres',
  locksRows: true,
  member: (column, member) => sql`((${column})::jsonb ->> ${sql.lit(member)})`,
  contains: (column, text) => sql`strpos(${column}, ${text}) > 0`,
  elements: (json) => sql`json_array_elements(${json}::json) as v(value)`,
  listHolds: (column, member, text) =>
    sql`(${column})::jsonb -> ${member}::text @> to_jsonb(${text}::text)`,
  memberIs: (column, member, text) => sql`exists (
    select 1 from jsonb_each((${column})::jsonb) as member
    where member.key = ${member} and case jsonb_typeof(member.value)
      when 'string' then member.value #>> '{}' = ${text}
      when 'boolean' then member.value #>> '{}' = ${text}
      when 'number' then (member.value #>> '{}')::float8 = ${canonicalNumber(text)}::float8
      else false end)`,
  isOutage: (error) => {
    const code = postgresCode(error);
    if (code === READ_ONLY || CONNECTION_CODES.includes(code)) return true;
    if (OUTAGE_CLASSES.some((outage) => code.startsWith(outage))) return true;
    return error instanceof Error && CONNECTION_MESSAGE.test(error.message);
  },
  isConflict: (error) => CONFLICTS.includes(postgresCode(error)),
};

export function postgresCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
