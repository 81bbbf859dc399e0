import { describe, inject } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { describeStorage } from './contract/storage.ts';
import { createDatabase } from './harness/postgres-database.ts';

describe('PostgreSQL storage', () => {
  describeStorage(async () =>
    openPostgresStorage({ url: await createDatabase(inject('postgresUrl')) }),
  );
});
