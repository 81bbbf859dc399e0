import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EVERYWHERE, type LogPolicy } from '@claviger/core';
import pg from 'pg';
import { createKeys, openClaviger, questionOf, type Opened } from '../fixtures.ts';
import type { Load, Loaded } from '../processes/load-generator.ts';
import { answerAsks, startProcess, type Process } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, median, takeTurns, type Effort } from '../rounds.ts';
import { createKeysOver, startClaviger, type RunningClaviger } from '../running-claviger.ts';
import { startPostgres } from '../running-stores.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEYS = 1_000;
/** About a second, so that a round has the one flush that a second of a server has. */
const VERIFICATIONS = 800_000;
/** Less than fits into memory, so that none is dropped. */
const ENTRIES = 70_000;
const CONNECTIONS = 32;
const SECONDS = 2;

const MIN_RATIO_IN_PROCESS = 0.85;
const MIN_RATIO_OVER_HTTP = 0.95;
const MIN_WRITTEN_PER_SECOND = 20_000;

const policy: LogPolicy = { enabled: true, keepDays: 30, ips: 'full', userAgents: 'full' };

async function measure(effort: Effort): Promise<Row[]> {
  const postgres = await startPostgres();
  try {
    return [
      await inProcess(effort),
      await overHttp(effort),
      await writtenToSqlite(effort),
      await writtenToPostgres(effort, postgres.url),
    ];
  } finally {
    await postgres.stop();
  }
}

async function inProcess(effort: Effort): Promise<Row> {
  const [on, off] = await Promise.all([
    openVerifying({ logPolicy: policy }),
    openVerifying({ logPolicy: { ...policy, enabled: false } }),
  ]);
  const count = Math.round(VERIFICATIONS * effort.scale);
  const turns = { off: () => verifications(off, count), on: () => verifications(on, count) };
  await takeTurns({ ...effort, rounds: 2 }, turns);
  const rates = await takeTurns(effort, turns);
  const { dropped, written } = on.opened.claviger.logs;
  await Promise.all([on.opened.close(), off.opened.close()]);
  const compared = compare(rates.off, rates.on);
  return {
    what: 'verify in process, log of requests on',
    baseline: 'log off',
    unit: '/s',
    compared,
    budget: `≥ ${MIN_RATIO_IN_PROCESS}`,
    met: compared.ratio.median >= MIN_RATIO_IN_PROCESS,
    notes: [`${written} entries written, ${dropped} dropped: one flush a second`],
  };
}

interface Verifying {
  readonly opened: Opened;
  readonly tokens: readonly string[];
}

async function openVerifying(options: Parameters<typeof openClaviger>[1]): Promise<Verifying> {
  const opened = await openClaviger(temporaryFolder(), options);
  const tokens = await createKeys(opened, KEYS);
  for (const token of tokens) await opened.claviger.verifier.verify(questionOf(token), EVERYWHERE);
  await opened.claviger.logs.flush();
  return { opened, tokens };
}

async function verifications(verifying: Verifying, count: number): Promise<number> {
  const { claviger } = verifying.opened;
  await claviger.follower.renew();
  const begun = performance.now();
  verifyAll(verifying, count);
  await claviger.recorder.flush();
  await claviger.logs.flush();
  return perSecond(count, begun);
}

function verifyAll({ opened, tokens }: Verifying, count: number): void {
  const { verifier } = opened.claviger;
  let valid = 0;
  for (let n = 0; n < count; n++) {
    const decision = verifier.verify(questionOf(tokens[n % KEYS] as string), EVERYWHERE);
    if ('valid' in decision && decision.valid) valid++;
  }
  // A promise would mean that it was not answered from memory.
  if (valid !== count) throw new Error(`${count - valid} were not accepted`);
}

interface Turn extends Loaded {
  readonly requestUs: number;
}

async function overHttp(effort: Effort): Promise<Row> {
  const generator = await startProcess(new URL('../processes/load-generator.ts', import.meta.url));
  const on = await startClaviger({ CLAVIGER_REQUEST_LOGS: 'on' });
  const off = await startClaviger({ CLAVIGER_REQUEST_LOGS: 'off' });
  try {
    const turns = {
      off: await loading(generator, off, effort),
      on: await loading(generator, on, effort),
    };
    await takeTurns({ ...effort, rounds: 2 }, turns);
    const turned = await takeTurns(effort, turns);
    const rates = (name: 'on' | 'off') => turned[name].map(({ perSecond: rate }) => rate);
    const cpu = (name: 'on' | 'off') =>
      median(turned[name].map(({ requestUs }) => requestUs)).toFixed(2);
    const compared = compare(rates('off'), rates('on'));
    return {
      what: 'verify over HTTP, log of requests on',
      baseline: 'log off',
      unit: '/s',
      compared,
      budget: `≥ ${MIN_RATIO_OVER_HTTP}`,
      met: compared.ratio.median >= MIN_RATIO_OVER_HTTP,
      notes: [`processor time a request, all threads: off ${cpu('off')} µs, on ${cpu('on')} µs`],
    };
  } finally {
    for (const process of [generator, on.process, off.process]) await process.stop();
  }
}

async function loading(
  generator: Process,
  claviger: RunningClaviger,
  { scale }: Effort,
): Promise<() => Promise<Turn>> {
  const load: Load = {
    url: claviger.url,
    path: '/v1/keys/verify',
    bodies: await createKeysOver(claviger, KEYS),
    headers: { authorization: `Bearer ${claviger.rootKey}` },
    connections: CONNECTIONS,
    status: 200,
    seconds: SECONDS * scale,
  };
  return async () => {
    const cpuBegun = await claviger.process.ask<number>('cpuTime');
    const loaded = await generator.ask<Loaded>('load', load);
    const cpuUs = (await claviger.process.ask<number>('cpuTime')) - cpuBegun;
    return { ...loaded, requestUs: cpuUs / (loaded.perSecond * load.seconds) };
  };
}

async function writtenToSqlite(effort: Effort): Promise<Row> {
  const folder = temporaryFolder();
  const database = new Database(join(folder.path, 'rows.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(TABLE);
  const insert = database.prepare(`INSERT INTO entries VALUES (${'?,'.repeat(11)}?)`);
  const insertAll = database.transaction((rows: readonly (readonly unknown[])[]) => {
    for (const row of rows) insert.run(...row);
  });
  try {
    const verifying = await openVerifying({ logPolicy: policy });
    return await writtenRow('SQLite', effort, verifying, async (rows) => insertAll(rows));
  } finally {
    database.close();
    folder.remove();
  }
}

async function writtenToPostgres(effort: Effort, url: string): Promise<Row> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(TABLE);
    const verifying = await openVerifying({ logPolicy: policy, postgresUrl: url });
    return await writtenRow('PostgreSQL', effort, verifying, async (rows) => {
      await client.query(
        `INSERT INTO entries SELECT (e->>0)::bigint, ${[...Array(11).keys()]
          .map((n) => `e->>${n + 1}`)
          .join(', ')} FROM json_array_elements($1::json) AS e`,
        [JSON.stringify(rows)],
      );
    });
  } finally {
    await client.end();
  }
}

/** As a log of rows would have it, with an index for each filter that people use most. */
const TABLE = `
  CREATE TABLE entries (
    at BIGINT, id TEXT, key_id TEXT, secret_id TEXT, organization_id TEXT, api_id TEXT,
    environment TEXT, code TEXT, permissions TEXT, ip TEXT, path TEXT, request_id TEXT);
  CREATE INDEX entries_by_key ON entries (key_id, at);
  CREATE INDEX entries_by_organization ON entries (organization_id, at);
  CREATE INDEX entries_by_code ON entries (code, at)`;

const ROWS_AT_ONCE = 1_000;

async function writtenRow(
  name: string,
  effort: Effort,
  verifying: Verifying,
  insert: (rows: readonly (readonly unknown[])[]) => Promise<void>,
): Promise<Row> {
  const { opened } = verifying;
  const count = Math.round(ENTRIES * effort.scale);
  let serial = 0;
  const rows = async () => {
    const begun = performance.now();
    for (let done = 0; done < count; done += ROWS_AT_ONCE) {
      await insert(Array.from({ length: ROWS_AT_ONCE }, () => entryRow(serial++)));
    }
    return perSecond(count, begun);
  };
  const chunks = async () => {
    await opened.claviger.follower.renew();
    const before = opened.claviger.logs.written;
    const begun = performance.now();
    verifyAll(verifying, count);
    await opened.claviger.logs.flush();
    const rate = perSecond(count, begun);
    if (opened.claviger.logs.written - before !== count) throw new Error('entries were dropped');
    return rate;
  };
  await takeTurns({ ...effort, rounds: 1 }, { rows, chunks });
  const rates = await takeTurns(effort, { rows, chunks });
  await opened.close();
  const compared = compare(rates.rows, rates.chunks);
  return {
    what: `log entries written, deciding included, ${name}`,
    baseline: `a row and three index entries for each, ${ROWS_AT_ONCE} at once`,
    unit: '/s',
    compared,
    budget: `≥ ${MIN_WRITTEN_PER_SECOND.toLocaleString('en-US')}/s`,
    met: compared.subject >= MIN_WRITTEN_PER_SECOND,
  };
}

function entryRow(serial: number): unknown[] {
  const key = `key_${String(serial % KEYS).padStart(22, '0')}`;
  const ids = [`log_${serial}`, key, key, 'acme', 'interact', 'production', 'VALID'];
  return [Date.now(), ...ids, '["agent_jobs_read"]', '203.0.113.7', '/v1/jobs', `req_${serial}`];
}

const perSecond = (count: number, begun: number): number =>
  (count / (performance.now() - begun)) * 1_000;

answerAsks({ measure });
