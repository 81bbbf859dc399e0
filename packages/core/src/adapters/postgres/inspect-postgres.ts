import pg from 'pg';
import {
  namesOf,
  SELECT_INSTANCE,
  SELECT_MIGRATIONS,
  SELECT_PEPPERS,
  type DatabaseState,
} from '../sql/database-state.ts';
import { loadMigrations, pendingMigrations, type AppliedMigration } from '../sql/migrations.ts';
import { startError } from './start-error.ts';

const TIMEOUT_MS = 5_000;

/** Reads and writes nothing. Throws `StartError` when the database cannot be reached or is not ours to use. */
export async function inspectPostgres(url: string): Promise<DatabaseState> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'claviger',
    connectionTimeoutMillis: TIMEOUT_MS,
    statement_timeout: TIMEOUT_MS,
  });
  // A connection that breaks later is no event of its own: the query in flight says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN READ ONLY');
    const applied = await rowsOf<AppliedMigration>(client, 'migrations', SELECT_MIGRATIONS);
    const pending = namesOf(pendingMigrations(loadMigrations('postgres'), applied));
    const heads =
      pending.length === 0
        ? await rowsOf<{ instance: string }>(client, 'heads', SELECT_INSTANCE)
        : [];
    return {
      pending,
      peppers: await rowsOf(client, 'peppers', SELECT_PEPPERS),
      instance: heads[0]?.instance ?? null,
    };
  } catch (error) {
    throw startError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** None where the table is not there yet. */
async function rowsOf<Row extends pg.QueryResultRow>(
  client: pg.Client,
  table: string,
  select: string,
): Promise<Row[]> {
  const { rows } = await client.query<{ there: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS there',
    [table],
  );
  return rows[0]?.there === true ? (await client.query<Row>(select)).rows : [];
}
