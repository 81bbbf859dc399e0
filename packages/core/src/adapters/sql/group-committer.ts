import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { chainEvent, type ChainEnd } from '../../audit/chain.ts';
import { OverloadedError } from '../../errors.ts';
import type { AuditEvent } from '../../ports/audit-log.ts';
import { FEED_RETENTION, type Change } from '../../ports/change-feed.ts';
import type { Committed, Committer, Mutation, Work } from '../../ports/committer.ts';
import { rowOfChange, rowOfEvent } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { SqlTransaction } from './sql-transaction.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql, SqlTransactionHandle } from './tables.ts';

/** Works that share one transaction at most: on SQLite, readers wait that long. */
const MAX_BATCH = 128;

/** Works that may wait. Beyond it, refusing is kinder than queueing for seconds. */
const MAX_QUEUE = 10_000;

/** How often a batch that lost against another writer is run again. */
const MAX_ATTEMPTS = 5;

/** Rows in one INSERT: SQLite binds 32,766 values at most, and an audit event has 16. */
const ROWS_PER_INSERT = 1_000;

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly mutation: Mutation<unknown> } | { readonly error: unknown };

/**
 * Runs the works of concurrent callers in one transaction, each under a savepoint, so that they share
 * one fsync; then adds their audit events and changes and moves the two heads, last of all, so that
 * sequence numbers are gapless and in commit order.
 */
export class GroupCommitter implements Committer {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;
  readonly #queue: Job[] = [];
  #running = false;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  commit<Result>(work: Work<Result>): Promise<Committed<Result>> {
    if (this.#queue.length >= MAX_QUEUE) {
      throw new OverloadedError(
        'Too many changes are waiting for the database. Try again in a moment.',
      );
    }
    const committed = new Promise<Committed<unknown>>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject });
    });
    if (!this.#running) {
      this.#running = true;
      // After the I/O of this turn, so that requests that arrived together are committed together.
      setImmediate(() => void this.#drain());
    }
    return committed as Promise<Committed<Result>>;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#runBatch(this.#queue.splice(0, MAX_BATCH));
      // Let requests that wait for the event loop in, or a busy queue would keep them out.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  async #runBatch(jobs: readonly Job[]): Promise<void> {
    try {
      const outcomes = await this.#commitBatch(jobs);
      for (const [index, job] of jobs.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) job.reject(new Error('no outcome'));
        else if ('error' in outcome) job.reject(outcome.error);
        else job.resolve(outcome);
      }
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }

  async #commitBatch(jobs: readonly Job[]): Promise<(Committed<unknown> | { error: unknown })[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withStorageErrors(this.#flavor, () =>
          this.#db.transaction().execute(async (tx) => {
            const outcomes: Outcome[] = [];
            for (const { work } of jobs) outcomes.push(await this.#runWork(tx, work));
            return record(tx, this.#flavor, outcomes);
          }),
        );
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !this.#flavor.isConflict(error)) throw error;
      }
    }
  }

  /** What a work throws undoes that work alone; an outage or a lost race undoes the batch. */
  async #runWork(tx: SqlTransactionHandle, work: Work<unknown>): Promise<Outcome> {
    await sql`savepoint work`.execute(tx);
    try {
      const mutation = await work(new SqlTransaction(tx, this.#flavor));
      await sql`release savepoint work`.execute(tx);
      return { mutation };
    } catch (error) {
      if (this.#flavor.isOutage(error) || this.#flavor.isConflict(error)) throw error;
      await sql`rollback to savepoint work`.execute(tx);
      await sql`release savepoint work`.execute(tx);
      return { error };
    }
  }
}

async function record(
  tx: SqlTransactionHandle,
  flavor: SqlFlavor,
  outcomes: readonly Outcome[],
): Promise<(Committed<unknown> | { error: unknown })[]> {
  let query = tx.selectFrom('heads').selectAll();
  if (flavor.locksRows) query = query.forUpdate();
  const head = await query.executeTakeFirstOrThrow();
  let seq = head.seq;
  let end: ChainEnd = { sequence: head.audit_sequence, hash: head.audit_hash };
  const changes: Change[] = [];
  const events: AuditEvent[] = [];

  const committed = outcomes.map((outcome) => {
    if ('error' in outcome) return outcome;
    const { result, events: newEvents, changes: newChanges } = outcome.mutation;
    for (const event of newEvents) {
      const chained = chainEvent(end, event);
      events.push(chained);
      end = chained;
    }
    const own = newChanges.map(({ scope, id, digests = [] }) => {
      seq += 1;
      return { seq, changeId: randomUUID(), scope, id, digests };
    });
    changes.push(...own);
    return { result, changes: own };
  });
  if (changes.length === 0 && events.length === 0) return committed;

  await insertAll(events.map(rowOfEvent), (rows) =>
    tx.insertInto('audit_events').values(rows).execute(),
  );
  await insertAll(changes.map(rowOfChange), (rows) =>
    tx.insertInto('changes').values(rows).execute(),
  );
  await tx
    .deleteFrom('changes')
    .where('seq', '<=', seq - FEED_RETENTION)
    .execute();
  await tx
    .updateTable('heads')
    .set({
      seq,
      change_id: changes.at(-1)?.changeId ?? head.change_id,
      audit_sequence: end.sequence,
      audit_hash: end.hash,
    })
    .execute();
  return committed;
}

async function insertAll<Row>(
  rows: readonly Row[],
  insert: (rows: Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await insert(rows.slice(start, start + ROWS_PER_INSERT));
  }
}
