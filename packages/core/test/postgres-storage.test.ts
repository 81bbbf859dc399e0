import { describe, expect, inject, test } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { describeStorage } from './contract/storage.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { NOW } from './harness/records.ts';

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
});
