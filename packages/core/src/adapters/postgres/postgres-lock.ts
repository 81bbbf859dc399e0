import pg from 'pg';
import { DatabaseInUseError, StorageError } from '../../errors.ts';
import type { FeedHead } from '../../ports/change-feed.ts';
import { DEFAULT_LEASE_MS } from '../../verification/lease.ts';
import type { InstanceLock, LockTaken } from '../../ports/storage.ts';

/** Advisory locks are numbered for the whole database: "claviger" in ASCII. */
const LOCK_KEY = '7164789183085830514';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Holds a session's advisory lock on a connection of its own, and reads the newest change on that same
 * connection: a server that lost the lock cannot renew its lease, so it stops answering from memory
 * within the lease. The next one waits that long unless the last one said goodbye.
 */
export class PostgresLock implements InstanceLock {
  readonly #url: string;
  #client: pg.Client | null = null;
  #wanted = false;

  constructor(url: string) {
    this.#url = url;
  }

  async acquire(): Promise<LockTaken> {
    this.#client = await this.#takeLock();
    this.#wanted = true;
    const { rows } = await this.#client.query<{ held: number }>('SELECT held FROM heads');
    await this.#client.query('UPDATE heads SET held = 1');
    return { predecessorMs: rows[0]?.held === 1 ? DEFAULT_LEASE_MS : 0 };
  }

  async release(): Promise<void> {
    this.#wanted = false;
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    try {
      await client.query('UPDATE heads SET held = 0');
    } finally {
      await client.end();
    }
  }

  /** Undefined where no lock was asked for: any connection will do. Takes a lost lock again, if nobody else has. */
  async head(): Promise<FeedHead | undefined> {
    if (!this.#wanted) return undefined;
    try {
      this.#client ??= await this.#takeLock();
    } catch (error) {
      if (!(error instanceof DatabaseInUseError)) throw error;
      throw new StorageError(
        'The connection that held the database was lost, and another server holds it now.',
      );
    }
    const { rows } = await this.#client.query<{ seq: number; change_id: string }>(
      'SELECT seq, change_id FROM heads',
    );
    const [row] = rows;
    if (row === undefined) throw new StorageError('The table "heads" has no row.');
    return { seq: row.seq, changeId: row.change_id };
  }

  async #takeLock(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'claviger lock',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // Without a listener, a connection that breaks while idle would end the process.
    client.on('error', () => this.#forget(client));
    client.on('end', () => this.#forget(client));
    await client.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${LOCK_KEY}) AS locked`,
    );
    if (rows[0]?.locked === true) return client;
    await client.end();
    throw new DatabaseInUseError(
      'Another Claviger server is running on this PostgreSQL database. One server to a database: stop the other one first, or give this one a database of its own in CLAVIGER_DATABASE_URL.',
    );
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
  }
}
