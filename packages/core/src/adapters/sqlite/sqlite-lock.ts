import Database from 'better-sqlite3';
import { DatabaseInUseError } from '../../errors.ts';
import type { InstanceLock, LockTaken } from '../../ports/storage.ts';
import { sqliteCode } from './sqlite-flavor.ts';

/**
 * Holds an exclusive transaction on a small database beside the real one. The operating system drops
 * that lock when the process dies, however it dies, and the process's answers die with it.
 */
export class SqliteLock implements InstanceLock {
  readonly #path: string;
  #held: Database.Database | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async acquire(): Promise<LockTaken> {
    const file = this.#path === ':memory:' ? ':memory:' : `${this.#path}.lock`;
    const database = new Database(file, { timeout: 0 });
    try {
      // It holds nothing, so it needs no journal on the disk.
      database.pragma('journal_mode = MEMORY');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error;
      throw new DatabaseInUseError(
        `Another Claviger server is running on ${this.#path}. One server to a database: stop the other one first, or give this one a database of its own in CLAVIGER_DATABASE_URL.`,
      );
    }
    this.#held = database;
    return { predecessorMs: 0 };
  }

  async release(): Promise<void> {
    this.#held?.close();
    this.#held = null;
  }
}
