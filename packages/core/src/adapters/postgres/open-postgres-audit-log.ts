import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { assertUpToDate, type OpenedAuditLog } from '../sql/database-state.ts';
import { SqlAuditLog } from '../sql/sql-audit-log.ts';
import type { Tables } from '../sql/tables.ts';
import { inspectPostgres } from './inspect-postgres.ts';
import { postgresFlavor } from './postgres-flavor.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Reads and writes nothing. Throws `StartError` when the database cannot be reached, or is of another version. */
export async function openPostgresAuditLog(url: string): Promise<OpenedAuditLog> {
  assertUpToDate(await inspectPostgres(url));
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'claviger',
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: '-c default_transaction_read_only=on',
  });
  // One that breaks is told by the next statement.
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { audit: new SqlAuditLog(db, postgresFlavor), close: () => db.destroy() };
}
