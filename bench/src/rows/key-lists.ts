import { join } from 'node:path';
import { openPostgresStorage } from '@claviger/core/postgres';
import { openSqliteStorage } from '@claviger/core/sqlite';
import { writeManyKeys } from '../../../packages/core/test/harness/many-keys.ts';
import { anApi } from '../../../packages/core/test/harness/records.ts';
import { PEPPER } from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, median, takeTurns, type Run } from '../rounds.ts';
import { call, startClaviger, type RunningClaviger } from '../running-claviger.ts';
import { startPostgres } from '../running-stores.ts';

const KEYS = 100_000;
const MAX_PAGE_MS = 200;
const LIMIT = 50;

/** There are so many lists that a few rounds of each say enough. */
const ROUNDS = 3;

const FULL = 'acme';
const EMPTY = 'umbrella';

const DAY_MS = 86_400_000;
const inDays = (days: number) =>
  encodeURIComponent(new Date(Date.now() + days * DAY_MS).toISOString());

/** Whatever the page can ask for, and each of it in every order. */
const FILTERS: Readonly<Record<string, () => string>> = {
  all: () => '',
  active: () => '&status=active',
  inactive: () => '&status=inactive',
  expired: () => '&status=expired',
  revoked: () => '&status=revoked',
  'an environment': () => '&environment=staging',
  'an environment of no key': () => '&environment=development',
  'an API': () => '&apiId=interact',
  'a kind of no key': () => '&kind=pair',
  'a permission': () => '&permission=jobs_trigger',
  'an owner': () => '&ownerId=user_42',
  'expiring soon': () => `&expiresAfter=${inDays(0)}&expiresBefore=${inDays(14)}`,
  'unused for 30 days': () => `&lastUsedBefore=${inDays(-30)}`,
  'a search for some': () => '&q=billing%20export',
  'a search for one': () => `&q=${KEYS / 2 - 1}`,
  'a search that matches all': () => '&q=int_',
  'a search that matches none': () => '&q=nothing%20is%20called%20this',
  'a search among the active of an environment': () => '&q=sync&status=active&environment=staging',
};

const ORDERS = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'].flatMap((sort) =>
  ['asc', 'desc'].map((order) => `sort=${sort}&order=${order}`),
);

async function measure(run: Run): Promise<Row[]> {
  const count = Math.round(KEYS * run.scale);
  const path = join(run.folder, 'key-lists.db');
  const rows = await measureOn(run, 'SQLite', `sqlite:${path}`, count, () =>
    openSqliteStorage({ path }),
  );
  const postgres = await startPostgres();
  try {
    const { url } = postgres;
    const open = () => openPostgresStorage({ url, onConnectionError: () => undefined });
    return [...rows, ...(await measureOn(run, 'PostgreSQL', url, count, open))];
  } finally {
    await postgres.stop();
  }
}

async function measureOn(
  run: Run,
  where: string,
  database: string,
  count: number,
  open: () => ReturnType<typeof openSqliteStorage>,
): Promise<Row[]> {
  const claviger = await startClaviger({
    CLAVIGER_DATABASE_URL: database,
    CLAVIGER_PEPPERS: `1:${PEPPER.toString('base64')}`,
  });
  try {
    await call(claviger, 'PUT', '/v1/apis/interact', anApi().definition);
    for (const id of [FULL, EMPTY])
      await call(claviger, 'PUT', `/v1/organizations/${id}`, { name: id });
    const storage = await open();
    await writeManyKeys(storage, count, Date.now());
    await storage.close();
    const size = `${count.toLocaleString('en-US')} keys of one organization, ${where}`;
    return [
      await slowestPage(run, size, claviger),
      await counting(run, size, claviger),
      await foreseeing(run, size, claviger),
    ];
  } finally {
    await claviger.process.stop();
  }
}

async function slowestPage(run: Run, size: string, claviger: RunningClaviger): Promise<Row> {
  const lists = Object.entries(FILTERS).flatMap(([what, filter]) =>
    ORDERS.map((order) => [`${what}, ${order}`, () => `${order}${filter()}`] as const),
  );
  const found: { what: string; empty: number[]; full: number[]; cpuMs: number }[] = [];
  for (const [what, query] of lists) {
    const turns = {
      empty: () => timed(claviger, `/v1/keys?organizationId=${EMPTY}&limit=${LIMIT}&${query()}`),
      full: () => timed(claviger, `/v1/keys?organizationId=${FULL}&limit=${LIMIT}&${query()}`),
    };
    await takeTurns({ ...run, rounds: 1 }, turns);
    const cpuMs = await processorTime(claviger, turns.full);
    const few = { ...run, rounds: Math.min(run.rounds, ROUNDS) };
    found.push({ what, cpuMs, ...(await takeTurns(few, turns)) });
  }
  const [slowest, ...others] = found.toSorted((a, b) => median(b.full) - median(a.full));
  if (slowest === undefined) throw new Error('there is no list');
  const compared = compare(slowest.empty, slowest.full);
  const next = others.slice(0, 4).map(({ what, full }) => `${what}: ${median(full).toFixed(0)} ms`);
  return {
    what: `slowest first page of ${lists.length} lists of keys, ${size}`,
    baseline: 'an organization without keys',
    unit: 'ms',
    compared,
    budget: `≤ ${MAX_PAGE_MS} ms`,
    met: compared.subject <= MAX_PAGE_MS,
    notes: [
      `slowest: ${slowest.what}; then ${next.join('; ')}`,
      `most processor time of a page, in the server alone: ${Math.max(...found.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`,
    ],
  };
}

async function counting(run: Run, size: string, claviger: RunningClaviger): Promise<Row> {
  const path = (organization: string) => `/v1/keys/count?organizationId=${organization}&q=int_`;
  const measured = await takeTurns(run, {
    empty: () => timed(claviger, path(EMPTY)),
    full: () => timed(claviger, path(FULL)),
  });
  const compared = compare(measured.empty, measured.full);
  return {
    what: `counting the keys that a search matches, all of ${size}`,
    baseline: 'an organization without keys',
    unit: 'ms',
    compared,
    budget: `≤ ${MAX_PAGE_MS} ms`,
    met: compared.subject <= MAX_PAGE_MS,
  };
}

/** Milliseconds of all threads of the server, so that it can be told what was waiting for a processor. */
async function processorTime(
  { process }: RunningClaviger,
  ask: () => Promise<unknown>,
): Promise<number> {
  const begun = await process.ask<number>('cpuTime');
  await ask();
  return ((await process.ask<number>('cpuTime')) - begun) / 1_000;
}

/** What a page asks before it revokes all that match, and how long others wait for it meanwhile. */
async function foreseeing(run: Run, size: string, claviger: RunningClaviger): Promise<Row> {
  const ask = async (organizationId: string) => {
    const begun = performance.now();
    const body = { action: 'revoke', filter: { organizationId }, dryRun: true };
    await call(claviger, 'POST', '/v1/keys/bulk', body);
    return performance.now() - begun;
  };
  const rounds = { ...run, rounds: Math.min(run.rounds, ROUNDS) };
  const waits: number[] = [];
  const measured = await takeTurns(rounds, {
    empty: () => ask(EMPTY),
    full: async () => {
      const asked = { isOver: false };
      const asking = ask(FULL).finally(() => (asked.isOver = true));
      while (!asked.isOver) waits.push(await timed(claviger, '/health/live'));
      return asking;
    },
  });
  const compared = compare(measured.empty, measured.full);
  return {
    what: `a dry run over all of ${size}`,
    baseline: 'an organization without keys',
    unit: 'ms',
    compared,
    budget: 'none of its own',
    met: true,
    notes: [`longest that another request waited meanwhile: ${Math.max(...waits).toFixed(0)} ms`],
  };
}

async function timed({ url, rootKey }: RunningClaviger, path: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${rootKey}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return performance.now() - begun;
}

answerAsks({ measure });
