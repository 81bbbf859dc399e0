import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { FeedHead } from '../../ports/change-feed.ts';
import { GroupCommitter } from '../sql/group-committer.ts';
import { loadMigrations, pendingMigrations, type AppliedMigration } from '../sql/migrations.ts';
import { SqlAccountStore } from '../sql/sql-account-store.ts';
import { SqlAuditLog } from '../sql/sql-audit-log.ts';
import { SqlCreditStore } from '../sql/sql-credit-store.ts';
import { SqlIdempotentAnswers } from '../sql/sql-idempotent-answers.ts';
import { SqlInsightStore } from '../sql/sql-insight-store.ts';
import { SqlKeyStore } from '../sql/sql-key-store.ts';
import {
  SqlChangeFeed,
  SqlPepperRegister,
  SqlRateLimitStates,
  SqlUsageStore,
} from '../sql/sql-records.ts';
import { SqlNoticeStore } from '../sql/sql-notice-store.ts';
import { SqlResourceStore } from '../sql/sql-resource-store.ts';
import { SqlWebhookStore } from '../sql/sql-webhook-store.ts';
import type { Sql, SqlStorage, Tables } from '../sql/tables.ts';
import { postgresFlavor } from './postgres-flavor.ts';
import { PostgresLogStore } from './postgres-log-store.ts';
import { PostgresLock } from './postgres-lock.ts';
import { startError } from './start-error.ts';

export { inspectPostgres } from './inspect-postgres.ts';
export { openPostgresAuditLog } from './open-postgres-audit-log.ts';

export interface PostgresStorageOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly onConnectionError?: (error: Error) => void;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than any statement of ours takes; a statement that hangs must not hold a connection for good. */
const STATEMENT_TIMEOUT_MS = 30_000;

// int8 comes as text; ours are times and counters, which a double holds exactly up to 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Opens and migrates. Throws `StartError` when the database cannot be reached or is not ours to use. */
export async function openPostgresStorage(options: PostgresStorageOptions): Promise<SqlStorage> {
  const { url, onConnectionError = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'claviger',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', onConnectionError);
  // The pool listens to idle connections only. One that breaks while it is in use, and between two queries,
  // would end the process; whoever uses it finds out with the next query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw startError(error);
  }
  return storageOver(url, pool);
}

function storageOver(url: string, pool: pg.Pool): SqlStorage {
  const db: Sql = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const lock = new PostgresLock(url);
  const readHead = async (): Promise<FeedHead> => {
    const held = await lock.head();
    if (held !== undefined) return held;
    const row = await db.selectFrom('heads').select(['seq', 'change_id']).executeTakeFirstOrThrow();
    return { seq: row.seq, changeId: row.change_id };
  };
  return {
    sql: db,
    accounts: new SqlAccountStore(db, postgresFlavor),
    keys: new SqlKeyStore(db, postgresFlavor),
    resources: new SqlResourceStore(db, postgresFlavor),
    committer: new GroupCommitter(db, postgresFlavor),
    feed: new SqlChangeFeed(db, postgresFlavor, readHead),
    credits: new SqlCreditStore(db, postgresFlavor),
    usage: new SqlUsageStore(db, postgresFlavor),
    insights: new SqlInsightStore(db, postgresFlavor),
    logs: new PostgresLogStore(db, postgresFlavor),
    rateLimits: new SqlRateLimitStates(db, postgresFlavor),
    answers: new SqlIdempotentAnswers(db, postgresFlavor),
    audit: new SqlAuditLog(db, postgresFlavor),
    webhooks: new SqlWebhookStore(db, postgresFlavor),
    notices: new SqlNoticeStore(db, postgresFlavor),
    peppers: new SqlPepperRegister(db, postgresFlavor),
    lock,
    close: async () => {
      await lock.release();
      await db.destroy();
      // Kysely ends the pool only if it has used it; what migrated is in it in any case.
      if (!pool.ended) await pool.end();
    },
  };
}

/** Held for the transaction: of two programs that start at once, one migrates and one waits. */
const MIGRATION_LOCK_KEY = '7164789183085830515';

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK_KEY})`);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)',
    );
    const { rows } = await client.query<AppliedMigration>(
      'SELECT version, name, checksum FROM migrations ORDER BY version',
    );
    for (const migration of pendingMigrations(loadMigrations('postgres'), rows)) {
      await client.query(migration.sql);
      await client.query('INSERT INTO migrations VALUES ($1, $2, $3, $4)', [
        migration.version,
        migration.name,
        migration.checksum,
        Date.now(),
      ]);
    }
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    client.release(true);
    throw error;
  }
}
