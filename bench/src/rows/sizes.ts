import type { Loaded } from '../processes/load-generator.ts';
import { answerAsks, startProcess, type Process } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, median, takeTurns, type Run } from '../rounds.ts';
import { call, verifyBody } from '../running-claviger.ts';
import { readTokens, storedKeys } from '../stored-keys.ts';

/** The others are compared with the first. */
const SIZES = [1_000, 100_000, 1_000_000];

const VERIFICATIONS = 100_000;
const READS = 1_000;
const READ_TIMES = 10;

const CONNECTIONS = 32;
const SECONDS = 2;
/** More than are answered in a round, so that hardly a key comes twice where there are many. */
const BODIES = 40_000;
/** The four of them take ten seconds a round. */
const MAX_HTTP_ROUNDS = 5;

const MAX_CACHED_GROWTH = 1.3;
const MAX_UNCACHED_GROWTH = 2;
const MIN_HTTP_RATIO = 0.8;

interface Filled {
  readonly count: number;
  readonly tokens: readonly string[];
  readonly process: Process;
  readonly url: string;
  readonly rootKey: string;
}

async function measure(run: Run): Promise<Row[]> {
  const filled: Filled[] = [];
  const helpers: Process[] = [];
  try {
    for (const size of SIZES) filled.push(await fill(run, Math.round(size * run.scale)));
    const cached = await cachedRows(run, filled);
    for (const name of ['load-generator', 'bare-server']) {
      helpers.push(await startProcess(new URL(`../processes/${name}.ts`, import.meta.url)));
    }
    const [generator, bareServer] = helpers as [Process, Process];
    const http = await httpRows(run, filled, generator, bareServer);
    return [...cached, ...(await uncachedRows(run, filled)), ...http];
  } finally {
    for (const { process } of filled) await process.stop();
    for (const process of helpers) await process.stop();
  }
}

async function fill(run: Run, count: number): Promise<Filled> {
  const folder = await storedKeys(run.folder, count);
  console.error(`reading ${figure(count)} keys into memory …`);
  const process = await startProcess(new URL('../processes/filled-server.ts', import.meta.url));
  const started = await process.ask<{ url: string; rootKey: string }>('start', folder);
  return { count, tokens: readTokens(folder), process, ...started };
}

async function cachedRows(run: Run, filled: readonly Filled[]): Promise<Row[]> {
  const count = Math.round(VERIFICATIONS * run.scale);
  // All the bare ones first: what one touched has left the processor's cache before the library asks for it.
  const turns = {
    ...turnsOf('bare', filled, ({ process }) => process.ask<number>('bare', count)),
    ...turnsOf('cached', filled, ({ process }) => process.ask<number>('cached')),
  };
  await takeTurns({ ...run, rounds: 2 }, turns);
  const measured = await takeTurns(run, turns);
  const of = (name: string, size: Filled | undefined) => measured[`${name} ${size?.count}`] ?? [];
  const [first, ...larger] = filled;
  const growth = (name: string, size: Filled) =>
    of(name, size).map((took, round) => took / (of(name, first)[round] ?? Number.NaN));
  const times = (what: string, name: string) =>
    `${what}: ${filled.map((size) => `${figure(median(of(name, size)))} ns at ${figure(size.count)} keys`).join(', ')}`;
  const notes = [times('bare', 'bare'), times('Claviger', 'cached')];
  return larger.map((size, index): Row => {
    const compared = compare(growth('bare', size), growth('cached', size));
    return {
      what: `growth of a cached verification, ${figure(first?.count)} to ${figure(size.count)} keys`,
      baseline: 'crypto.hash + Map.get',
      unit: '×',
      compared,
      budget: `≤ ${MAX_CACHED_GROWTH}`,
      met: compared.ratio.median <= MAX_CACHED_GROWTH,
      // They hold for all sizes.
      notes: index === 0 ? notes : [],
    };
  });
}

async function uncachedRows(run: Run, filled: readonly Filled[]): Promise<Row[]> {
  const reads = { count: Math.round(READS * run.scale), times: READ_TIMES };
  for (const { process } of filled) await process.ask('writeUsage', false);
  const turns = turnsOf('uncached', filled, async ({ process }) => {
    return (await process.ask<number>('uncached', reads)) / 1_000;
  });
  await takeTurns({ ...run, rounds: 2 }, turns);
  const [first, ...larger] = Object.values(await takeTurns(run, turns));
  return larger.map((measured, index): Row => {
    const compared = compare(first ?? [], measured);
    return {
      what: `verification of a key that is not in memory, ${figure(filled[index + 1]?.count)} keys`,
      baseline: `${figure(filled[0]?.count)} keys`,
      unit: 'µs',
      compared,
      budget: `≤ ${MAX_UNCACHED_GROWTH}`,
      met: compared.ratio.median <= MAX_UNCACHED_GROWTH,
    };
  });
}

interface Turn {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** How long its usage was still being written when it was over. */
  readonly flushMs: number;
}

async function httpRows(
  run: Run,
  filled: readonly Filled[],
  generator: Process,
  bareServer: Process,
): Promise<Row[]> {
  for (const { process } of filled) await process.ask('writeUsage', true);
  const [first] = filled as [Filled];
  const path = '/v1/keys/verify';
  const body = verifyBody(first.tokens[0] ?? '');
  const decision = await call(first, 'POST', path, JSON.parse(body));
  const { url } = await bareServer.ask<{ url: string }>('start', decision);
  const load = { path, connections: CONNECTIONS, seconds: SECONDS * run.scale, status: 200 };
  const turn = async (server: Filled): Promise<Turn> => {
    const headers = { authorization: `Bearer ${server.rootKey}` };
    const bodies = randomBodies(server.tokens);
    const asked = { ...load, url: server.url, headers, bodies };
    const loaded = await generator.ask<Loaded>('load', asked);
    return { ...loaded, flushMs: await server.process.ask<number>('flush') };
  };
  const turns = {
    bare: async (): Promise<Turn> => {
      const headers = { authorization: `Bearer ${first.rootKey}` };
      const asked = { ...load, url, headers, bodies: randomBodies(first.tokens) };
      return { ...(await generator.ask<Loaded>('load', asked)), flushMs: 0 };
    },
    ...turnsOf('http', filled, turn),
  };
  await takeTurns({ ...run, rounds: 1 }, turns);
  const rounds = Math.min(run.rounds, MAX_HTTP_ROUNDS);
  const { bare, ...measured } = await takeTurns({ ...run, rounds }, turns);
  return Object.values<readonly Turn[]>(measured).map((ours, index) =>
    httpRow(filled[index]?.count, bare, ours),
  );
}

function httpRow(count: number | undefined, bare: readonly Turn[], ours: readonly Turn[]): Row {
  const of = (turns: readonly Turn[], part: keyof Turn) => turns.map((turn) => turn[part]);
  const compared = compare(of(bare, 'perSecond'), of(ours, 'perSecond'));
  const p99 = [bare, ours].map((turns) => figure(median(of(turns, 'p99Ms'))));
  return {
    what: `verify over HTTP, ${figure(count)} keys in memory`,
    baseline: 'bare node:http',
    unit: '/s',
    compared,
    budget: `≥ ${MIN_HTTP_RATIO}`,
    met: compared.ratio.median >= MIN_HTTP_RATIO,
    notes: [
      `p99: bare ${p99[0]} ms, Claviger ${p99[1]} ms; its usage was written ${figure(median(of(ours, 'flushMs')))} ms after the last answer`,
    ],
  };
}

const randomBodies = (tokens: readonly string[]): string[] =>
  Array.from({ length: BODIES }, () =>
    verifyBody(tokens[Math.floor(Math.random() * tokens.length)] ?? ''),
  );

const turnsOf = <Measured>(
  name: string,
  filled: readonly Filled[],
  turn: (of: Filled) => Promise<Measured>,
): Record<string, () => Promise<Measured>> =>
  Object.fromEntries(filled.map((size) => [`${name} ${size.count}`, () => turn(size)]));

const figure = (value = Number.NaN): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

answerAsks({ measure });
