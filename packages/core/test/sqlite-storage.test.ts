import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openSqliteStorage } from '../src/adapters/sqlite/sqlite-storage.ts';
import { describeStorage } from './contract/storage.ts';

describe('SQLite storage', () => {
  let directory: string;
  let opened = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'claviger-sqlite-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  describeStorage(() => openSqliteStorage({ path: join(directory, `${++opened}.db`) }));
});
