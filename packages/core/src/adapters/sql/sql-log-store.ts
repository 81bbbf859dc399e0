import { sql } from 'kysely';
import type {
  ListChunksQuery,
  LogChunkBody,
  LogChunkHead,
  LogCompletion,
  LogStore,
  StoredLogChunk,
} from '../../ports/log-store.ts';
import { batchesOf } from './batches.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { LogCompletionsTable, Sql, SqlTransactionHandle } from './tables.ts';

export class SqlLogStore implements LogStore {
  protected readonly db: Sql;
  protected readonly flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.db = db;
    this.flavor = flavor;
  }

  put(chunks: readonly StoredLogChunk[]): Promise<void> {
    return withStorageErrors(this.flavor, () => this.putOn(this.db, chunks));
  }

  protected putOn(db: Sql, chunks: readonly StoredLogChunk[]): Promise<void> {
    return db.transaction().execute(async (tx) => {
      for (const batch of batchesOf(chunks)) {
        const rows = batch.map(({ id, from, to, count, filter, entries }) => {
          return { id, from_at: from, to_at: to, entry_count: count, filter, entries };
        });
        await tx
          .insertInto('log_chunks')
          .values(rows)
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet(({ ref }) => ({
              from_at: ref('excluded.from_at'),
              to_at: ref('excluded.to_at'),
              entry_count: ref('excluded.entry_count'),
              filter: ref('excluded.filter'),
              entries: ref('excluded.entries'),
            })),
          )
          .execute();
      }
    });
  }

  complete(completions: readonly LogCompletion[]): Promise<void> {
    const byChunk = Map.groupBy(completions, ({ chunkId }) => chunkId);
    return withStorageErrors(this.flavor, () =>
      this.db.transaction().execute(async (tx) => {
        for (const [chunkId, added] of byChunk) await completeChunk(tx, chunkId, added);
      }),
    );
  }

  listChunks({ from, to, after, limit }: ListChunksQuery): Promise<LogChunkHead[]> {
    return withStorageErrors(this.flavor, async () => {
      let query = this.db
        .selectFrom('log_chunks')
        .select(['id', 'from_at', 'to_at', 'entry_count', 'filter']);
      if (from !== null) query = query.where('to_at', '>=', from);
      if (to !== null) query = query.where('from_at', '<=', to);
      if (after !== null) {
        query = query.where(sql<boolean>`(to_at, id) < (${after.to}, ${after.id})`);
      }
      const ordered = query.orderBy('to_at', 'desc').orderBy('id', 'desc');
      const rows = await ordered.limit(limit).execute();
      return rows.map(({ id, from_at, to_at, entry_count, filter }) => {
        return { id, from: from_at, to: to_at, count: entry_count, filter };
      });
    });
  }

  readChunks(ids: readonly string[]): Promise<LogChunkBody[]> {
    return withStorageErrors(this.flavor, async () => {
      const bodies: LogChunkBody[] = [];
      for (const batch of batchesOf(ids)) {
        const rows = await this.db
          .selectFrom('log_chunks')
          .leftJoin('log_completions', 'chunk_id', 'id')
          .select(['id', 'log_chunks.entries', 'log_completions.entries as completions'])
          .where('id', 'in', batch)
          .execute();
        for (const { id, entries, completions } of rows) {
          bodies.push({ id, entries, completions: completionsOf(id, completions) });
        }
      }
      return bodies;
    });
  }

  async prepareDays(_nowMs: number): Promise<void> {}

  deleteOld(endedBefore: number, limit: number): Promise<number> {
    return withStorageErrors(this.flavor, () =>
      this.db.transaction().execute(async (tx) => {
        const old = tx
          .selectFrom('log_chunks')
          .select('id')
          .where('to_at', '<', endedBefore)
          .orderBy('to_at')
          .orderBy('id')
          .limit(limit);
        await tx.deleteFrom('log_completions').where('chunk_id', 'in', old).execute();
        const deleting = tx.deleteFrom('log_chunks').where('id', 'in', old);
        return Number((await deleting.executeTakeFirstOrThrow()).numDeletedRows);
      }),
    );
  }
}

/** As it is stored. */
type StoredCompletion = [place: number, status: number, durationMs: number | null];

/** One row to a chunk, whatever came in how many parts: it never has more than the chunk has entries. */
async function completeChunk(
  tx: SqlTransactionHandle,
  chunkId: string,
  added: readonly LogCompletion[],
): Promise<void> {
  const there = await tx
    .selectFrom('log_chunks')
    .leftJoin('log_completions', 'chunk_id', 'id')
    .select('log_completions.entries')
    .where('id', '=', chunkId)
    .executeTakeFirst();
  if (there === undefined) return;
  const byPlace = new Map<number, LogCompletion>();
  for (const completion of completionsOf(chunkId, there.entries)) {
    byPlace.set(completion.place, completion);
  }
  for (const completion of added) byPlace.set(completion.place, completion);
  const stored = [...byPlace.values()]
    .toSorted((a, b) => a.place - b.place)
    .map(({ place, responseStatus, responseDurationMs }): StoredCompletion => {
      return [place, responseStatus, responseDurationMs];
    });
  const row: LogCompletionsTable = { chunk_id: chunkId, entries: JSON.stringify(stored) };
  await tx
    .insertInto('log_completions')
    .values(row)
    .onConflict((conflict) => conflict.column('chunk_id').doUpdateSet({ entries: row.entries }))
    .execute();
}

function completionsOf(chunkId: string, entries: string | null): LogCompletion[] {
  if (entries === null) return [];
  const stored = JSON.parse(entries) as StoredCompletion[];
  return stored.map(([place, responseStatus, responseDurationMs]) => {
    return { chunkId, place, responseStatus, responseDurationMs };
  });
}
