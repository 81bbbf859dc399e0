import { sql } from 'kysely';
import { sortableIdsFrom } from '../../ids.ts';
import { SqlLogStore } from '../sql/sql-log-store.ts';
import { withStorageErrors } from '../sql/storage-errors.ts';
import type { SqlTransactionHandle } from '../sql/tables.ts';
import { DAY_MS, startOfDay } from '../../times.ts';

/** Made ahead, so that a server whose background work stands still for a weekend writes to the right ones. */
const DAYS_AHEAD = 3;

const TABLES = ['log_chunks', 'log_completions'] as const;
const PARTITION = /^log_chunks_(\d{4})(\d\d)(\d\d)$/;

/** The log in partitions by day: an old day is dropped as a whole, which costs nothing and leaves no holes. */
export class PostgresLogStore extends SqlLogStore {
  override prepareDays(nowMs: number): Promise<void> {
    const today = startOfDay(nowMs);
    return withStorageErrors(this.flavor, async () => {
      const there = new Set(await this.#days());
      for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
        const day = today + ahead * DAY_MS;
        if (!there.has(day)) await this.#changingTables((tx) => makeDay(tx, day));
      }
    });
  }

  override async deleteOld(endedBefore: number, limit: number): Promise<number> {
    const dropped = await withStorageErrors(this.flavor, async () => {
      let chunks = 0;
      for (const day of await this.#days()) {
        if (day + DAY_MS > endedBefore) continue;
        chunks += await this.#changingTables((tx) => dropDay(tx, day));
      }
      return chunks;
    });
    return dropped + (await super.deleteOld(endedBefore, limit));
  }

  /** Those that have partitions. */
  async #days(): Promise<number[]> {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = to_regclass('log_chunks')`.execute(this.db);
    return rows.flatMap(({ name }) => {
      const [, year, month, day] = PARTITION.exec(name) ?? [];
      return day === undefined ? [] : [Date.UTC(Number(year), Number(month) - 1, Number(day))];
    });
  }

  /** Rather later than behind a long read, which would make everyone else wait behind this. */
  #changingTables<Result>(work: (tx: SqlTransactionHandle) => Promise<Result>): Promise<Result> {
    return this.db.transaction().execute(async (tx) => {
      await sql`set local lock_timeout = '2s'`.execute(tx);
      return work(tx);
    });
  }
}

/** `log_chunks_20261121` */
function partition(table: (typeof TABLES)[number], day: number) {
  return sql.table(`${table}_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`);
}

async function makeDay(tx: SqlTransactionHandle, day: number): Promise<void> {
  const [from, to] = [sortableIdsFrom(day), sortableIdsFrom(day + DAY_MS)];
  // What was written before its day was made stays where it is, and so does the rest of that day.
  const early = await sql`
    select 1 from log_chunks where id >= ${from} and id < ${to} limit 1`.execute(tx);
  if (early.rows.length > 0) return;
  for (const table of TABLES) {
    // Bounds take no parameters.
    const bounds = sql`from (${sql.lit(from)}) to (${sql.lit(to)})`;
    await sql`
      create table if not exists ${partition(table, day)}
      partition of ${sql.table(table)} for values ${bounds}`.execute(tx);
  }
}

async function dropDay(tx: SqlTransactionHandle, day: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${partition('log_chunks', day)}`.execute(tx);
  for (const table of TABLES) {
    await sql`drop table if exists ${partition(table, day)}`.execute(tx);
  }
  return rows[0]?.count ?? 0;
}
