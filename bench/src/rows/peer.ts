import { join } from 'node:path';
import { EVERYWHERE } from '@claviger/core';
import {
  createKeys,
  openClaviger,
  PEPPER,
  questionOf,
  verifyCached,
  type Opened,
} from '../fixtures.ts';
import type { Loaded } from '../processes/load-generator.ts';
import { answerAsks, startProcess, type Process } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Run } from '../rounds.ts';
import { createKeysOver, startClaviger } from '../running-claviger.ts';
import { startPostgres, startRedis } from '../running-stores.ts';

/** As many as it takes that no one caller's wait is the peer's limit; over HTTP, as many connections. */
const CALLERS = 32;
const KEYS = 1_000;
const SECONDS = 1;
/** Verifications of ours in process; about half a second. */
const VERIFICATIONS = 400_000;

const MIN_IN_PROCESS = 100;
const MIN_OVER_HTTP = { sqlite: 20, postgres: 20, redis: 5 };
const NAMES = { sqlite: 'SQLite', postgres: 'PostgreSQL', redis: 'Redis' };
type Kind = keyof typeof NAMES;

const LIMITS = 'neither has a rate limit, both ask for one permission and note the last use';
const NOTES: Readonly<Record<Kind, string>> = {
  sqlite: `${LIMITS}; its SQLite: WAL, synchronous as better-sqlite3 has it (NORMAL)`,
  postgres: `${LIMITS}; its PostgreSQL: on this machine, ten connections, fsync off`,
  redis: `${LIMITS}; its Redis: on this machine, nothing on the disk, updates deferred, pipelined`,
};

/** A server that is asked over HTTP. */
interface Asked {
  readonly process: Process;
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
}

/** What was started, to be stopped in the opposite order. */
type Stops = (() => Promise<void>)[];

async function measure(run: Run): Promise<Row[]> {
  const stops: Stops = [];
  try {
    const generator = await startHelper(
      stops,
      new URL('../processes/load-generator.ts', import.meta.url),
    );
    const postgres = await startPostgres();
    stops.push(() => postgres.stop());
    const redis = await startRedis();
    if (redis === null) console.error('redis-server is not installed: peer is measured without it');
    else stops.push(() => redis.stop());
    const peers = new Map<Kind, Asked>([
      ['sqlite', await startPeer(stops, 'sqlite', join(run.folder, 'peer.db'))],
      ['postgres', await startPeer(stops, 'postgres', postgres.url)],
    ]);
    if (redis !== null) peers.set('redis', await startPeer(stops, 'redis', redis.url));
    const opened = await openClaviger();
    stops.push(() => opened.close());
    const onPostgres = {
      CLAVIGER_DATABASE_URL: postgres.url,
      CLAVIGER_PEPPERS: `1:${PEPPER.toString('base64')}`,
    };
    const ours = {
      sqlite: await startOurs(stops),
      postgres: await startOurs(stops, onPostgres),
    };
    return [
      ...(await inProcessRows(run, peers, opened)),
      ...(await httpRows(run, generator, peers, ours)),
    ];
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

async function startHelper(stops: Stops, module: URL): Promise<Process> {
  const process = await startProcess(module);
  stops.push(() => process.stop());
  return process;
}

async function startPeer(stops: Stops, kind: Kind, at: string): Promise<Asked> {
  const process = await startHelper(stops, new URL('../../peer/peer.js', import.meta.url));
  const asked = { kind, at, keys: KEYS };
  const started = await process.ask<{ url: string; bodies: string[] }>('start', asked);
  return { process, path: '/', headers: {}, ...started };
}

async function startOurs(stops: Stops, settings?: Record<string, string>): Promise<Asked> {
  const claviger = await startClaviger(settings);
  stops.push(() => claviger.process.stop());
  const headers = { authorization: `Bearer ${claviger.rootKey}` };
  const bodies = await createKeysOver(claviger, KEYS);
  const asked = { ...claviger, path: '/v1/keys/verify', headers, bodies };
  await checkAll(asked);
  return asked;
}

/** The peer's server answers 200 to valid keys only; ours says in the body what it thinks of a key. */
async function checkAll({ url, path, headers, bodies }: Asked): Promise<void> {
  for (const body of bodies) {
    const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    const response = await fetch(url + path, { ...sent, body });
    const decision = (await response.json()) as { valid?: boolean };
    if (decision.valid !== true) throw new Error(`refused: ${JSON.stringify(decision)}`);
  }
}

async function inProcessRows(
  run: Run,
  peers: ReadonlyMap<Kind, Asked>,
  opened: Opened,
): Promise<Row[]> {
  const tokens = await createKeys(opened, KEYS);
  const { verifier, follower, recorder } = opened.claviger;
  for (const token of tokens) await verifier.verify(questionOf(token), EVERYWHERE);
  const count = Math.round(VERIFICATIONS * run.scale);
  const effort = { callers: CALLERS, seconds: SECONDS * run.scale };
  const turns = {
    ...turnsOf(peers, ({ process }) => process.ask<number>('perSecond', effort)),
    ours: async () => {
      await follower.renew();
      const begun = performance.now();
      verifyCached(opened.claviger, count, (n) => tokens[n % KEYS] as string);
      await recorder.flush();
      return (count / (performance.now() - begun)) * 1_000;
    },
  };
  await takeTurns({ ...run, rounds: 1 }, turns);
  const { ours, ...theirs } = await takeTurns(run, turns);
  return rowsOf(
    'verify in process, key cached',
    theirs,
    () => ours,
    () => MIN_IN_PROCESS,
  );
}

async function httpRows(
  run: Run,
  generator: Process,
  peers: ReadonlyMap<Kind, Asked>,
  ours: Readonly<Record<'sqlite' | 'postgres', Asked>>,
): Promise<Row[]> {
  const ask = async ({ url, path, headers, bodies }: Asked) => {
    const load = { url, path, headers, bodies, connections: CALLERS, status: 200 };
    return (await generator.ask<Loaded>('load', { ...load, seconds: SECONDS * run.scale }))
      .perSecond;
  };
  const turns = {
    ...turnsOf(peers, ask),
    oursOnSqlite: () => ask(ours.sqlite),
    oursOnPostgres: () => ask(ours.postgres),
  };
  await takeTurns({ ...run, rounds: 1 }, turns);
  const { oursOnSqlite, oursOnPostgres, ...theirs } = await takeTurns(run, turns);
  for (const server of Object.values(ours)) await checkAll(server);
  return rowsOf(
    'verify over HTTP, key cached',
    theirs,
    (kind) => (kind === 'postgres' ? oursOnPostgres : oursOnSqlite),
    (kind) => MIN_OVER_HTTP[kind],
  );
}

const turnsOf = (
  peers: ReadonlyMap<Kind, Asked>,
  turn: (peer: Asked) => Promise<number>,
): Record<string, () => Promise<number>> =>
  Object.fromEntries([...peers].map(([kind, peer]) => [kind, () => turn(peer)]));

function rowsOf(
  what: string,
  theirs: Readonly<Record<string, readonly number[]>>,
  ours: (kind: Kind) => readonly number[],
  atLeast: (kind: Kind) => number,
): Row[] {
  return (Object.keys(theirs) as Kind[]).map((kind) => {
    const compared = compare(theirs[kind] ?? [], ours(kind));
    return {
      what,
      baseline: `better-auth on ${NAMES[kind]}`,
      unit: '/s',
      compared,
      budget: `≥ ${atLeast(kind)} ×`,
      met: compared.ratio.median >= atLeast(kind),
      notes: [NOTES[kind]],
    };
  });
}

answerAsks({ measure });
