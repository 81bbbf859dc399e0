import { join } from 'node:path';
import { createKey } from '@claviger/core';
import Database from 'better-sqlite3';
import { API_ID, apiDefinition, caller, newKey, openClaviger, parseNewKey } from '../fixtures.ts';
import { ORGANIZATION_ID, type Opened } from '../fixtures.ts';
import type { Loaded } from '../processes/load-generator.ts';
import { answerAsks, startProcess } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Effort } from '../rounds.ts';
import { call, startClaviger } from '../running-claviger.ts';

const CALLERS = 64;
const SECONDS = 1.5;
/** Bodies that the requests take in turn. */
const BODIES = 1_000;

const MIN_PER_SECOND = 1_000;

async function measure(effort: Effort): Promise<Row[]> {
  const generator = await startProcess(new URL('../processes/load-generator.ts', import.meta.url));
  const server = await startClaviger();
  const opened = await openClaviger();
  const bare = openBare(opened.folder);
  const seconds = SECONDS * effort.scale;
  try {
    await call(server, 'PUT', `/v1/apis/${API_ID}`, apiDefinition);
    await call(server, 'PUT', `/v1/organizations/${ORGANIZATION_ID}`, { name: 'Acme' });
    const load = {
      url: server.url,
      path: '/v1/keys',
      headers: { authorization: `Bearer ${server.rootKey}` },
      bodies: Array.from({ length: BODIES }, (_, n) => JSON.stringify(newKey(n))),
      connections: CALLERS,
      seconds,
      status: 201,
    };
    const turns = {
      bare: () => bare.insert(seconds),
      inProcess: () => createFor(opened, seconds),
      overHttp: async () => (await generator.ask<Loaded>('load', load)).perSecond,
    };
    await takeTurns({ ...effort, rounds: 1 }, turns);
    const measured = await takeTurns(effort, turns);
    return [
      rowOf('create in process', measured.bare, measured.inProcess),
      rowOf('create over HTTP', measured.bare, measured.overHttp),
    ];
  } finally {
    bare.close();
    await opened.close();
    for (const process of [generator, server.process]) await process.stop();
  }
}

/** One small row in a transaction and an fsync of its own, the way most programs write. */
function openBare(folder: string) {
  const database = new Database(join(folder, 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT');
  const statement = database.prepare('INSERT INTO keys (name) VALUES (?)');
  return {
    insert(seconds: number): number {
      let done = 0;
      const begun = performance.now();
      const end = begun + seconds * 1_000;
      for (; performance.now() < end; done++) statement.run(newKey(done).name);
      return (done / (performance.now() - begun)) * 1_000;
    },
    close: () => database.close(),
  };
}

async function createFor({ claviger }: Opened, seconds: number): Promise<number> {
  let done = 0;
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const callers = Array.from({ length: CALLERS }, async () => {
    for (; performance.now() < end; done++) await createKey(claviger, caller, parseNewKey(done));
  });
  await Promise.all(callers);
  return (done / (performance.now() - begun)) * 1_000;
}

function rowOf(what: string, baseline: readonly number[], subject: readonly number[]): Row {
  const compared = compare(baseline, subject);
  return {
    what: `${what}, ${CALLERS} callers, SQLite FULL`,
    baseline: 'one INSERT a transaction',
    unit: '/s',
    compared,
    budget: `≥ ${MIN_PER_SECOND.toLocaleString('en-US')}/s`,
    met: compared.subject >= MIN_PER_SECOND,
  };
}

answerAsks({ measure });
