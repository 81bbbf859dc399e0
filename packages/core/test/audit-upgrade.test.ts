import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  openPostgresAuditLog,
  openPostgresStorage,
} from '../src/adapters/postgres/postgres-storage.ts';
import { loadMigrations } from '../src/adapters/sql/migrations.ts';
import { rowOfEvent } from '../src/adapters/sql/rows.ts';
import { openSqliteAuditLog, openSqliteStorage } from '../src/adapters/sqlite/sqlite-storage.ts';
import { CHAIN_START, chainEvent } from '../src/audit/chain.ts';
import { verifyAuditLog } from '../src/audit/verify-chain.ts';
import type { AuditEvent } from '../src/ports/audit-log.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { anEvent } from './harness/records.ts';

/** Two events, as they were written before targets had a place. */
const first = chainEvent(CHAIN_START, anEvent({ requestId: "it's" }));
const old: readonly AuditEvent[] = [first, chainEvent(first, anEvent())];

/** A database of the version that had the first two migrations alone. */
function statementsOfOld(flavor: 'sqlite' | 'postgres'): string[] {
  const text = (value: unknown) =>
    value === null || typeof value === 'number'
      ? String(value)
      : `'${String(value).replaceAll("'", "''")}'`;
  const migrations = loadMigrations(flavor).slice(0, 2);
  const events = old.map((event) => {
    const row = Object.entries(rowOfEvent(event)).filter(
      ([name]) => !/^target_(?!type|id)/.test(name),
    );
    const columns = row.map(([name]) => name).join(', ');
    const values = row.map(([, value]) => text(value)).join(', ');
    return `INSERT INTO audit_events (${columns}) VALUES (${values})`;
  });
  const strict = flavor === 'sqlite' ? ' STRICT' : '';
  return [
    `CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at ${flavor === 'sqlite' ? 'INTEGER' : 'BIGINT'} NOT NULL)${strict}`,
    ...migrations.flatMap(({ version, name, checksum, sql }) => [
      sql,
      `INSERT INTO migrations VALUES (${version}, '${name}', '${checksum}', 0)`,
    ]),
    ...events,
    `UPDATE heads SET audit_sequence = 2, audit_hash = '${old[1]!.hash}'`,
  ];
}

describe.each(['sqlite', 'postgres'] as const)('an audit log on %s from before', (flavor) => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-upgrade-'));
  let where: string;
  beforeAll(async () => {
    if (flavor === 'sqlite') {
      where = join(folder, 'claviger.db');
      const database = new Database(where);
      for (const statement of statementsOfOld(flavor)) database.exec(statement);
      database.close();
    } else {
      where = await createDatabase(inject('postgresUrl'));
      const client = new pg.Client({ connectionString: where });
      await client.connect();
      for (const statement of statementsOfOld(flavor)) await client.query(statement);
      await client.end();
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const openToRead = () =>
    flavor === 'sqlite' ? openSqliteAuditLog(where) : openPostgresAuditLog(where);
  const openStorage = () =>
    flavor === 'sqlite' ? openSqliteStorage({ path: where }) : openPostgresStorage({ url: where });

  test('is read only when the database is up to date, and says how to get there', async () => {
    await expect(openToRead()).rejects.toThrow(/^The database lacks 0\d+_.*claviger migrate/);
  });

  test('is the same after the upgrade, whole, and goes on', async () => {
    const storage = await openStorage();
    expect(await storage.audit.eventsAfter(0, 10)).toStrictEqual(old);
    const target = { type: 'key', id: 'key_2', apiId: 'interact' } as const;
    const events = [anEvent({ target })];
    await storage.committer.commit(async () => ({ result: null, events, changes: [] }));
    await storage.close();

    const { audit, close } = await openToRead();
    const report = await verifyAuditLog(audit, []);
    expect(report).toMatchObject({ events: 3, faults: [], end: { sequence: 3 } });
    expect((await audit.eventsAfter(2, 1))[0]).toMatchObject({
      target,
      previousHash: old[1]!.hash,
    });
    await close();
  });

  test('is read beside a server and never written', async () => {
    const { audit, close } = await openToRead();
    const { instance } = await audit.end();
    const storage = await openStorage();
    await storage.committer.commit(async () => ({
      result: null,
      events: [anEvent()],
      changes: [],
    }));
    expect(await audit.end()).toMatchObject({ instance, sequence: 4 });
    expect((await verifyAuditLog(audit, [])).faults).toEqual([]);
    await storage.close();
    await close();
  });
});
