import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { loadMigrations } from '../src/adapters/sql/migrations.ts';
import { openSqliteStorage } from '../src/adapters/sqlite/sqlite-storage.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { anApi } from './harness/records.ts';

/** As the migrations before 0007 leave it, with an API. */
const BEFORE = 7;
const { onLeak, ...older } = anApi().definition;
const earlier = (flavor: 'sqlite' | 'postgres') =>
  loadMigrations(flavor).filter(({ version }) => version < BEFORE);

test('an API that was defined before policies for leaks gets the default: on SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-migration-'));
  const path = join(folder, 'claviger.db');
  const database = new Database(path);
  database.exec(
    'CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  for (const { version, name, checksum, sql } of earlier('sqlite')) {
    database.exec(sql);
    database.prepare('INSERT INTO migrations VALUES (?, ?, ?, 0)').run(version, name, checksum);
  }
  database
    .prepare('INSERT INTO apis (id, definition, created_at, updated_at) VALUES (?, ?, 0, 0)')
    .run('interact', JSON.stringify(older));
  database.close();

  const storage = await openSqliteStorage({ path });
  expect((await storage.keys.getApi('interact'))?.definition).toEqual({ ...older, onLeak });
  await storage.close();
  rmSync(folder, { recursive: true });
});

test('an API that was defined before policies for leaks gets the default: on PostgreSQL', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    'CREATE TABLE migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)',
  );
  for (const { version, name, checksum, sql } of earlier('postgres')) {
    await client.query(sql);
    await client.query('INSERT INTO migrations VALUES ($1, $2, $3, 0)', [version, name, checksum]);
  }
  await client.query(
    'INSERT INTO apis (id, definition, created_at, updated_at) VALUES ($1, $2, 0, 0)',
    ['interact', JSON.stringify(older)],
  );
  await client.end();

  const storage = await openPostgresStorage({ url, onConnectionError: () => undefined });
  expect((await storage.keys.getApi('interact'))?.definition).toEqual({ ...older, onLeak });
  await storage.close();
});
