import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StartError } from '../../errors.ts';
import {
  namesOf,
  SELECT_INSTANCE,
  SELECT_MIGRATIONS,
  SELECT_PEPPERS,
  type DatabaseState,
} from '../sql/database-state.ts';
import { loadMigrations, pendingMigrations, type AppliedMigration } from '../sql/migrations.ts';

const BUSY_TIMEOUT_MS = 2_000;

/** Reads and writes nothing. Throws `StartError` when the file cannot be read or is not ours to use. */
export function inspectSqlite(path: string): DatabaseState {
  let database: Database.Database | undefined;
  try {
    database = openToRead(path);
    const tables = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all();
    const applied = tables.includes('migrations')
      ? database.prepare<[], AppliedMigration>(SELECT_MIGRATIONS).all()
      : [];
    const pending = namesOf(pendingMigrations(loadMigrations('sqlite'), applied));
    return {
      pending,
      peppers: tables.includes('peppers')
        ? database.prepare<[], DatabaseState['peppers'][number]>(SELECT_PEPPERS).all()
        : [],
      instance:
        pending.length === 0
          ? (database.prepare<[], string>(SELECT_INSTANCE).pluck().get() ?? null)
          : null,
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw unreadableFile(path, error);
  } finally {
    database?.close();
  }
}

/**
 * Beside a running server, or after one that was killed, a reader leaves everything as it is. Where all was
 * put away, one that may not write would leave the two files of the write-ahead log behind.
 */
export function openToRead(path: string): Database.Database {
  const readonly = existsSync(`${path}-wal`);
  const database = new Database(path, {
    readonly,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  database.pragma('query_only = ON');
  return database;
}

export function unreadableFile(path: string, error: unknown): StartError {
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new StartError(
    `The database file ${path} cannot be read: ${reason}. Check CLAVIGER_DATABASE_URL and the permissions of the file and its folder.`,
    { cause: error },
  );
}
