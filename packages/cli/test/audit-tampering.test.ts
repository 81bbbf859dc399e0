import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CHAIN_START, chainEvent, type ChainEnd } from '../../core/src/audit/chain.ts';
import type { AuditEvent } from '../../core/src/ports/audit-log.ts';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import { claviger, words, type Env } from './harness/cli.ts';
import { call, define, newKey, serveProcess, temporaryFolder } from './harness/server-process.ts';

/** Somebody who holds the database and writes into it by hand. */
interface Intruder {
  run(statement: string): Promise<void>;
  rows(statement: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

async function sqliteIntruder(path: string): Promise<Intruder> {
  const database = new Database(path);
  for (const name of ['not_updated', 'not_deleted', 'not_replaced']) {
    database.exec(`DROP TRIGGER audit_events_are_${name}`);
  }
  return {
    run: async (statement) => void database.exec(statement),
    rows: async (statement) => database.prepare(statement).all() as Record<string, unknown>[],
    close: async () => void database.close(),
  };
}

async function postgresIntruder(url: string): Promise<Intruder> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('ALTER TABLE audit_events DISABLE TRIGGER ALL');
  return {
    run: async (statement) => void (await client.query(statement)),
    rows: async (statement) => (await client.query(statement)).rows,
    close: () => client.end(),
  };
}

const COLUMNS =
  'id, at, actor, action, target_type, target_id, before, after, ip, request_id, previous_hash, hash';

/** What the intruder does, and what has to be said about it; `<n>` stands for the id of event n. */
const DEEDS: [string, readonly string[], readonly string[]][] = [
  [
    'changes who did it',
    [`UPDATE audit_events SET actor = '{"type":"rootKey","id":"key_x"}' WHERE sequence = 4`],
    ['event 4 (<4>): hash: it was changed'],
  ],
  [
    'moves an event to another organization',
    [`UPDATE audit_events SET target_organization_id = 'globex' WHERE sequence = 6`],
    ['event 6 (<6>): hash: it was changed'],
  ],
  [
    'changes when it was done',
    ['UPDATE audit_events SET at = at - 1 WHERE sequence = 7'],
    ['event 7 (<7>): hash: it was changed'],
  ],
  [
    'leaves something unreadable behind',
    [`UPDATE audit_events SET after = '{"id":' WHERE sequence = 5`],
    ['event 5 (<5>): hash: it was changed'],
  ],
  [
    'removes an event',
    ['DELETE FROM audit_events WHERE sequence = 5'],
    ['event 6 (<6>): gap: event 5 is missing before it'],
  ],
  [
    'removes several',
    ['DELETE FROM audit_events WHERE sequence BETWEEN 3 AND 5'],
    ['event 6 (<6>): gap: events 3 to 5 are missing before it'],
  ],
  [
    'removes the first',
    ['DELETE FROM audit_events WHERE sequence = 1'],
    ['event 2 (<2>): gap: event 1 is missing before it'],
  ],
  [
    'removes one and closes the gap',
    [
      'DELETE FROM audit_events WHERE sequence = 5',
      'UPDATE audit_events SET sequence = 5 WHERE sequence = 6',
    ],
    ['event 5 (<6>): hash: it was changed', 'event 7 (<7>): gap: event 6 is missing before it'],
  ],
  [
    'exchanges two',
    [
      'UPDATE audit_events SET sequence = 1000 WHERE sequence = 4',
      'UPDATE audit_events SET sequence = 4 WHERE sequence = 5',
      'UPDATE audit_events SET sequence = 5 WHERE sequence = 1000',
    ],
    ['event 4 (<5>): hash: it was changed', 'event 5 (<4>): hash: it was changed'],
  ],
  [
    'removes the end',
    ['DELETE FROM audit_events WHERE sequence > 6'],
    ['end: the note of the last commit speaks of it, and events 7 to 9 are missing at the end'],
  ],
  [
    'adds one at the end',
    [
      `INSERT INTO audit_events (sequence, ${COLUMNS}) SELECT 10, 'evt_forged', ${COLUMNS.slice(4)} FROM audit_events WHERE sequence = 9`,
    ],
    [
      'event 10 (evt_forged): hash: it was changed',
      'event 10 (evt_forged): end: the note of the last commit ends the chain at event 9',
    ],
  ],
  [
    'adds one before the first',
    [
      `INSERT INTO audit_events (sequence, ${COLUMNS}) SELECT 0, 'evt_forged', ${COLUMNS.slice(4)} FROM audit_events WHERE sequence = 9`,
    ],
    ['event 0 (evt_forged): duplicate'],
  ],
];

describe.each(['sqlite', 'postgres'] as const)('whoever writes into %s by hand and', (database) => {
  const folder = temporaryFolder();
  const checkpoints = join(folder.path, 'checkpoints.ndjson');
  const publicKey = join(folder.path, 'audit.pub');
  const against = words`--checkpoints ${checkpoints} --signed-by ${publicKey}`;
  let settings: Env;
  let intruder: Intruder;
  let ids: string[];

  const restore = async () => {
    await intruder.run('DELETE FROM audit_events');
    await intruder.run('INSERT INTO audit_events SELECT * FROM kept');
    await intruder.run(
      'UPDATE heads SET audit_sequence = 9, audit_hash = (SELECT hash FROM kept WHERE sequence = 9)',
    );
  };
  const verify = (...more: readonly string[]) =>
    claviger([...words`audit verify`, ...more], settings);

  beforeAll(async () => {
    const signingKey = join(folder.path, 'audit.key');
    const made = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', signingKey]);
    expect(made.status).toBe(0);
    settings = {
      CLAVIGER_AUDIT_CHECKPOINTS: `file:${checkpoints}`,
      CLAVIGER_AUDIT_CHECKPOINT_EVERY: '1',
      CLAVIGER_AUDIT_SIGNING_KEY_FILE: signingKey,
      ...(database === 'sqlite'
        ? folder.sqlite
        : {
            CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
            CLAVIGER_PEPPERS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
          }),
    };
    await eventsOfTwoRuns(settings);
    writeFileSync(publicKey, (await claviger(words`audit public-key`, settings)).stdout);
    const url = settings['CLAVIGER_DATABASE_URL']!;
    intruder = await (database === 'sqlite'
      ? sqliteIntruder(url.slice('sqlite:'.length))
      : postgresIntruder(url));
    await intruder.run('CREATE TABLE kept AS SELECT * FROM audit_events');
    const rows = await intruder.rows('SELECT id FROM audit_events ORDER BY sequence');
    ids = rows.map(({ id }) => String(id));
    expect(ids).toHaveLength(9);
  }, 60_000);
  afterAll(async () => {
    await intruder.close();
    folder[Symbol.dispose]();
  });

  test('does nothing is not accused', async () => {
    expect(await verify()).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout } = await verify(...against);
    expect(stdout).toMatch(/^The audit log is whole: 9 events, held against [2-9] checkpoints\.$/m);
    expect(stdout).toContain('The checkpoints vouch for all of it.');
    expect(code).toBe(0);
  });

  test('takes checkpoints away is found out by how far the others reach, or that there are none', async () => {
    const some = join(folder.path, 'some.ndjson');
    const held = () => verify(...words`--checkpoints ${some} --signed-by ${publicKey}`);
    writeFileSync(some, `${readFileSync(checkpoints, 'utf8').split('\n')[0]}\n`);
    const { code, stdout } = await held();
    expect(stdout).toMatch(/The checkpoints vouch for it up to event \d\. What follows rests/);
    expect(code).toBe(0);
    writeFileSync(some, '\n');
    expect(await held()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('holds no checkpoint, and proves nothing'),
    });
  });

  test.each(DEEDS)('%s is found out', async (_, statements, told) => {
    for (const statement of statements) await intruder.run(statement);
    const { code, stdout } = await verify();
    await restore();
    for (const line of told) {
      expect(stdout).toContain(line.replace(/<(\d)>/, (_match, n) => ids[Number(n) - 1]!));
    }
    expect(stdout.split('\n')[0]).toContain(
      told[0]!.replace(/<(\d)>/, (_match, n) => ids[Number(n) - 1]!),
    );
    expect(stdout).toContain('NOT whole');
    expect(code).toBe(1);
  });

  test('rewrites the whole chain, every hash made to fit, is given away by the checkpoints alone', async () => {
    await rewriteChain(intruder, 4);
    const alone = await verify();
    const held = await verify(...against);
    await restore();
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole: 9 events') });
    expect(held.code).toBe(1);
    expect(held.stdout).toMatch(
      /^event \d \(evt_\w+\): checkpoint: the checkpoint of \S+ has another hash for it: the chain was rewritten/m,
    );
  });

  test('cuts the end off, and the note of it, is given away by the checkpoints alone', async () => {
    await intruder.run('DELETE FROM audit_events WHERE sequence > 7');
    await intruder.run(
      'UPDATE heads SET audit_sequence = 7, audit_hash = (SELECT hash FROM kept WHERE sequence = 7)',
    );
    const alone = await verify();
    const held = await verify(...against);
    await restore();
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole: 7 events') });
    expect(held.code).toBe(1);
    expect(held.stdout).toContain('events 8 to 9 are missing at the end');
  });

  test('changes the checkpoints, too, is given away by their signatures', async () => {
    const kept = readFileSync(checkpoints, 'utf8');
    writeFileSync(checkpoints, kept.replace('"sequence":9', '"sequence":8'));
    const changed = await verify(...against);
    writeFileSync(checkpoints, `${kept}{"version":1,"inst`);
    const cut = await verify(...against);
    writeFileSync(checkpoints, kept);
    expect(changed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('was changed: its signature'),
    });
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('is no checkpoint') });
  });

  test('puts everything back is not accused any more', async () => {
    expect((await verify(...against)).code).toBe(0);
  });

  test('puts another database in its place is given away by its name', async () => {
    await intruder.run(`UPDATE heads SET instance = '${'0'.repeat(32)}'`);
    const { code, stderr } = await verify(...against);
    expect(stderr).toContain('speaks of another database');
    expect(code).toBe(2);
  });
});

/** Nine events, and a checkpoint where each of two servers stopped. */
async function eventsOfTwoRuns(settings: Env): Promise<void> {
  const first = await serveProcess(settings);
  const rootKey = first.rootKey ?? '';
  await define(first, rootKey);
  first.signal('SIGTERM');
  await first.ended;
  const second = await serveProcess(settings);
  for (const name of ['Desk', 'Van', 'Shelf', 'Gate']) {
    expect((await call(second, rootKey, 'POST', '/v1/keys', newKey(name))).status).toBe(201);
  }
  second.signal('SIGTERM');
  const { stderr } = await second.ended;
  expect(stderr).not.toContain('checkpoint');
}

/** As a careful intruder would: from the changed event on, every hash anew, and the note of the end. */
async function rewriteChain(intruder: Intruder, changed: number): Promise<void> {
  let end: ChainEnd = CHAIN_START;
  for (const row of await intruder.rows('SELECT * FROM audit_events ORDER BY sequence')) {
    const text = (name: string) => (row[name] === null ? null : JSON.parse(String(row[name])));
    const sequence = Number(row['sequence']);
    const event: AuditEvent = chainEvent(end, {
      id: String(row['id']),
      at: Number(row['at']),
      actor: text('actor'),
      action: sequence === changed ? 'key.forged' : String(row['action']),
      target: {
        type: row['target_type'] as AuditEvent['target']['type'],
        id: String(row['target_id']),
        ...(row['target_api_id'] !== null && { apiId: String(row['target_api_id']) }),
        ...(row['target_organization_id'] !== null && {
          organizationId: String(row['target_organization_id']),
        }),
        ...(row['target_environment'] !== null && {
          environment: String(row['target_environment']),
        }),
      },
      before: text('before'),
      after: text('after'),
      ip: row['ip'] as string | null,
      requestId: row['request_id'] as string | null,
    });
    await intruder.run(
      `UPDATE audit_events SET action = '${event.action}', previous_hash = '${event.previousHash}', hash = '${event.hash}' WHERE sequence = ${sequence}`,
    );
    end = event;
  }
  await intruder.run(`UPDATE heads SET audit_hash = '${end.hash}'`);
}
