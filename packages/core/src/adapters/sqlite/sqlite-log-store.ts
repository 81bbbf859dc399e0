import type Database from 'better-sqlite3';
import type { StoredLogChunk } from '../../ports/log-store.ts';
import { SqlLogStore } from '../sql/sql-log-store.ts';
import { withStorageErrors } from '../sql/storage-errors.ts';
import type { Sql } from '../sql/tables.ts';
import { sqliteFlavor } from './sqlite-flavor.ts';

/**
 * Does not wait for the disk when it writes chunks: the next commit of anything else does, and no answer
 * depends on it. A crash of the process loses nothing by it, a power cut the last moments of the log.
 */
export class SqliteLogStore extends SqlLogStore {
  readonly #database: Database.Database;

  constructor(db: Sql, database: Database.Database) {
    super(db, sqliteFlavor);
    this.#database = database;
  }

  override put(chunks: readonly StoredLogChunk[]): Promise<void> {
    return withStorageErrors(this.flavor, () =>
      // Nobody else has the connection meanwhile.
      this.db.connection().execute(async (db) => {
        // Not as a query: those are kept prepared, and this takes effect when it is prepared.
        this.#database.pragma('synchronous = NORMAL');
        try {
          await this.putOn(db, chunks);
        } finally {
          this.#database.pragma('synchronous = FULL');
        }
      }),
    );
  }
}
