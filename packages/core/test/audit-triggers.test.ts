import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { openSqliteStorage } from '../src/adapters/sqlite/sqlite-storage.ts';
import type { Storage } from '../src/ports/storage.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { anEvent } from './harness/records.ts';

/** Whoever writes into the database by hand, past the program. */
const STATEMENTS = [
  `UPDATE audit_events SET action = 'forged' WHERE sequence = 2`,
  `UPDATE audit_events SET target_organization_id = 'other'`,
  'DELETE FROM audit_events WHERE sequence = 3',
  'DELETE FROM audit_events',
];

const append = (storage: Storage) =>
  storage.committer.commit(async () => ({
    result: null,
    events: [anEvent(), anEvent(), anEvent()],
    changes: [],
  }));

describe('audit events in SQLite', () => {
  let folder: string;
  let storage: Storage;
  let database: Database.Database;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claviger-triggers-'));
    const path = join(folder, 'claviger.db');
    storage = await openSqliteStorage({ path });
    await append(storage);
    database = new Database(path);
  });
  afterAll(async () => {
    database.close();
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ...STATEMENTS,
    'REPLACE INTO audit_events SELECT * FROM audit_events WHERE sequence = 1',
  ])('refuse %s', async (statement) => {
    const before = await storage.audit.eventsAfter(0, 10);
    expect(() => database.exec(statement)).toThrow(/audit events cannot be (?:changed|deleted)/);
    expect(await storage.audit.eventsAfter(0, 10)).toEqual(before);
  });
});

describe('audit events in PostgreSQL', () => {
  let storage: Storage;
  let client: pg.Client;
  beforeAll(async () => {
    const url = await createDatabase(inject('postgresUrl'));
    storage = await openPostgresStorage({ url });
    await append(storage);
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await storage.close();
  });

  test.each([
    ...STATEMENTS,
    'TRUNCATE audit_events',
    `INSERT INTO audit_events SELECT * FROM audit_events WHERE sequence = 1
       ON CONFLICT (sequence) DO UPDATE SET action = 'forged'`,
  ])('refuse %s', async (statement) => {
    const before = await storage.audit.eventsAfter(0, 10);
    await expect(client.query(statement)).rejects.toThrow(
      'audit events cannot be changed or deleted',
    );
    expect(await storage.audit.eventsAfter(0, 10)).toEqual(before);
  });
});
