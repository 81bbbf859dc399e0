import { sql } from 'kysely';
import { canonicalNumber, type SqlFlavor } from '../sql/sql-flavor.ts';

/** Result codes (sqlite.org/rescode.html) that mean the database, not the statement, is at fault. */
const OUTAGES = [
  'BUSY',
  'LOCKED',
  'FULL',
  'IOERR',
  'CANTOPEN',
  'READONLY',
  'CORRUPT',
  'NOTADB',
  'PERM',
  'NOMEM',
];

export const sqliteFlavor: SqlFlavor = {
  name: 'sqlite',
  locksRows: false,
  member: (column, member) => sql`(${column} ->> ${sql.lit(member)})`,
  contains: (column, text) => sql`instr(${column}, ${text}) > 0`,
  elements: (json) => sql`json_each(${json}) as v`,
  listHolds: (column, member, text) =>
    sql`exists (select 1 from json_each(${column}, ${`$."${member}"`}) where value = ${text})`,
  memberIs: (column, member, text) => sql`exists (
    select 1 from json_each(${column}) where key = ${member} and case
      when type = 'text' then value = ${text}
      when type in ('true', 'false') then type = ${text}
      when type in ('integer', 'real') then value = cast(${canonicalNumber(text)} as real)
      else false end)`,
  isOutage: (error) => {
    const code = sqliteCode(error);
    return OUTAGES.some((name) => code.startsWith(`SQLITE_${name}`));
  },
  isConflict: (error) => sqliteCode(error) === 'SQLITE_BUSY_SNAPSHOT',
};

export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
