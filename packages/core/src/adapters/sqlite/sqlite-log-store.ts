import { sql } from 'kysely';
import type { StoredLogChunk } from '../../ports/log-store.ts';
import { SqlLogStore } from '../sql/sql-log-store.ts';
import { withStorageErrors } from '../sql/storage-errors.ts';

/**
 * Does not wait for the disk when it writes chunks: the next commit of anything else does, and no answer
 * depends on it. A crash of the process loses nothing by it, a power cut the last moments of the log.
 */
export class SqliteLogStore extends SqlLogStore {
  override put(chunks: readonly StoredLogChunk[]): Promise<void> {
    return withStorageErrors(this.flavor, () =>
      // Nobody else has the connection meanwhile.
      this.db.connection().execute(async (db) => {
        await sql`pragma synchronous = normal`.execute(db);
        try {
          await this.putOn(db, chunks);
        } finally {
          await sql`pragma synchronous = full`.execute(db);
        }
      }),
    );
  }
}
