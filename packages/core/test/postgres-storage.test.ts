import { Client } from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { newChunkId } from '../src/logs/log-ids.ts';
import { describeStorage } from './contract/storage.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { NOW } from './harness/records.ts';

const DAY_MS = 86_400_000;

describe('PostgreSQL storage', () => {
  describeStorage(async () =>
    openPostgresStorage({ url: await createDatabase(inject('postgresUrl')) }),
  );

  test('of two servers that answer one request at the same moment, one stores its answer', async () => {
    const url = await createDatabase(inject('postgresUrl'));
    const storages = await Promise.all([
      openPostgresStorage({ url }),
      openPostgresStorage({ url }),
    ]);
    const answer = { id: 'a1', fingerprint: 'f1', answer: '{}', secret: null, createdAt: NOW };
    const arrived = storages.map(() => Promise.withResolvers<void>());

    const written = await Promise.all(
      storages.map(({ committer }, index) =>
        committer.commit(async (tx) => {
          expect(await tx.findAnswer([answer.id], 0)).toBeNull();
          arrived[index]?.resolve();
          await Promise.all(arrived.map(({ promise }) => promise));
          return { result: await tx.insertAnswer(answer, 0), events: [], changes: [] };
        }),
      ),
    );

    expect(written.map(({ result }) => result).toSorted()).toEqual([false, true]);
    await Promise.all(storages.map((storage) => storage.close()));
  });

  test('keeps the log by day: days are made ahead, written to, and dropped whole', async () => {
    const url = await createDatabase(inject('postgresUrl'));
    const { logs, close } = await openPostgresStorage({ url });
    const client = new Client({ connectionString: url });
    await client.connect();
    const rowsOf = async (query: string) =>
      (await client.query<{ name: string }>(query)).rows.map(({ name }) => name);
    const days = () =>
      rowsOf(`select inhrelid::regclass::text as name from pg_inherits
      where inhparent in ('log_chunks'::regclass, 'log_completions'::regclass) order by 1`);
    const places = () =>
      rowsOf('select tableoid::regclass::text as name from log_chunks order by id');
    const chunkAt = (ms: number) => {
      const bytes = Buffer.of(1);
      return { id: newChunkId(ms), from: ms, to: ms, count: 1, filter: bytes, entries: bytes };
    };
    const named = (...dates: string[]) =>
      ['chunks', 'completions'].flatMap((table) =>
        [...dates, 'default'].map((date) => `log_${table}_${date}`),
      );

    await logs.prepareDays(NOW);
    expect(await days()).toEqual(named('20261121', '20261122', '20261123', '20261124'));
    const midnight = Date.parse('2026-11-22T00:00:00.000Z');
    await logs.put([midnight - DAY_MS - 1, midnight - 1, midnight].map(chunkAt));
    expect(await places()).toEqual([
      'log_chunks_default',
      'log_chunks_20261121',
      'log_chunks_20261122',
    ]);
    expect(await logs.deleteOld(midnight, 10)).toBe(2);
    expect(await days()).toEqual(named('20261122', '20261123', '20261124'));
    expect(await places()).toEqual(['log_chunks_20261122']);

    await client.end();
    await close();
  });
});
