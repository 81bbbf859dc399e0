import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { StartError } from '../../errors.ts';
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
import { KeepingSqliteDialect } from './sqlite-dialect.ts';
import { sqliteFlavor } from './sqlite-flavor.ts';
import { SqliteLock } from './sqlite-lock.ts';
import { SqliteLogStore } from './sqlite-log-store.ts';

export { inspectSqlite } from './inspect-sqlite.ts';
export { openSqliteAuditLog } from './open-sqlite-audit-log.ts';
export type { SqlStorage } from '../sql/tables.ts';
export type { DatabaseState, OpenedAuditLog } from '../sql/database-state.ts';

export interface SqliteStorageOptions {
  /** A file, made when it is missing, or `:memory:`. */
  readonly path: string;
}

/** How long a statement waits for another process's transaction, such as the command line's. */
const BUSY_TIMEOUT_MS = 5_000;

/** Opens and migrates. Throws `StartError` when the file cannot be opened or is not ours to use. */
export async function openSqliteStorage({ path }: SqliteStorageOptions): Promise<SqlStorage> {
  const database = openDatabase(path);
  try {
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  const db: Sql = new Kysely<Tables>({ dialect: new KeepingSqliteDialect(database) });
  const lock = new SqliteLock(path);
  return {
    sql: db,
    accounts: new SqlAccountStore(db, sqliteFlavor),
    keys: new SqlKeyStore(db, sqliteFlavor),
    resources: new SqlResourceStore(db, sqliteFlavor),
    committer: new GroupCommitter(db, sqliteFlavor),
    feed: new SqlChangeFeed(db, sqliteFlavor, async () => {
      const head = await db
        .selectFrom('heads')
        .select(['seq', 'change_id'])
        .executeTakeFirstOrThrow();
      return { seq: head.seq, changeId: head.change_id };
    }),
    credits: new SqlCreditStore(db, sqliteFlavor),
    usage: new SqlUsageStore(db, sqliteFlavor),
    insights: new SqlInsightStore(db, sqliteFlavor),
    logs: new SqliteLogStore(db, database),
    rateLimits: new SqlRateLimitStates(db, sqliteFlavor),
    answers: new SqlIdempotentAnswers(db, sqliteFlavor),
    audit: new SqlAuditLog(db, sqliteFlavor),
    webhooks: new SqlWebhookStore(db, sqliteFlavor),
    notices: new SqlNoticeStore(db, sqliteFlavor),
    peppers: new SqlPepperRegister(db, sqliteFlavor),
    lock,
    close: async () => {
      await lock.release();
      await db.destroy();
    },
  };
}

function openDatabase(path: string): Database.Database {
  try {
    if (path !== ':memory:') makePrivateFile(path);
    const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    database.pragma('journal_mode = WAL');
    // A commit is answered when it is on the disk: NORMAL would lose the last ones in a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return database;
  } catch (error) {
    throw new StartError(
      `The database file ${path} cannot be opened: ${error instanceof Error ? error.message : 'unknown reason'}. Check CLAVIGER_DATABASE_URL, the folder's permissions and the free space.`,
      { cause: error },
    );
  }
}

/** Digests and audit events are nobody else's business. The files that SQLite puts beside it inherit the mode. */
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

function migrate(database: Database.Database): void {
  // The write lock is taken first: of two programs that start at once, one migrates and one waits.
  const run = database.transaction(() => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    );
    const applied = database
      .prepare<[], AppliedMigration>(
        'SELECT version, name, checksum FROM migrations ORDER BY version',
      )
      .all();
    const insert = database.prepare('INSERT INTO migrations VALUES (?, ?, ?, ?)');
    for (const migration of pendingMigrations(loadMigrations('sqlite'), applied)) {
      database.exec(migration.sql);
      insert.run(migration.version, migration.name, migration.checksum, Date.now());
    }
  });
  run.immediate();
}
