import { Kysely } from 'kysely';
import { assertUpToDate, type OpenedAuditLog } from '../sql/database-state.ts';
import { SqlAuditLog } from '../sql/sql-audit-log.ts';
import type { Tables } from '../sql/tables.ts';
import { inspectSqlite, openToRead, unreadableFile } from './inspect-sqlite.ts';
import { KeepingSqliteDialect } from './sqlite-dialect.ts';
import { sqliteFlavor } from './sqlite-flavor.ts';

/** Reads and writes nothing. Throws `StartError` when the file cannot be read, or is of another version. */
export async function openSqliteAuditLog(path: string): Promise<OpenedAuditLog> {
  assertUpToDate(inspectSqlite(path));
  try {
    const db = new Kysely<Tables>({ dialect: new KeepingSqliteDialect(openToRead(path)) });
    return { audit: new SqlAuditLog(db, sqliteFlavor), close: () => db.destroy() };
  } catch (error) {
    throw unreadableFile(path, error);
  }
}
