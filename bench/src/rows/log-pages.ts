import { join } from 'node:path';
import { openPostgresStorage } from '@claviger/core/postgres';
import { openSqliteStorage } from '@claviger/core/sqlite';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, median, takeTurns, type Run } from '../rounds.ts';
import { startClaviger, type RunningClaviger } from '../running-claviger.ts';
import { startPostgres } from '../running-stores.ts';
import { BUSY_KEY, RARE_CODE, RARE_KEY, writeLogs } from '../stored-logs.ts';

/** `BENCH_LOG_ENTRIES=100000` for trying. */
const ENTRIES = Number(process.env['BENCH_LOG_ENTRIES'] ?? 10_000_000);

const MAX_PAGE_MS = 100;

/** Each a list of its own, read page after page. */
const PAGES = 12;
const LIMIT = 50;

const DAY_MS = 86_400_000;
const farBack = () => new Date(Date.now() - 23 * DAY_MS).toISOString();

const LISTS: Readonly<Record<string, () => string>> = {
  'the newest': () => '',
  'by a busy key': () => `keyId=${BUSY_KEY}`,
  'by a rare key': () => `keyId=${RARE_KEY}`,
  'by a code': () => 'code=RATE_LIMITED',
  'by a rare code': () => `code=${RARE_CODE}`,
  'free text that matches nothing': () => 'q=nothing-is-called-this',
  'far back': () => `to=${farBack()}`,
  'far back, by a key': () => `to=${farBack()}&keyId=${BUSY_KEY}`,
};

async function measure(run: Run): Promise<Row[]> {
  const count = Math.round(ENTRIES * run.scale);
  const path = join(run.folder, 'logs.db');
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
  const pepper = `1:${Buffer.alloc(32, 7).toString('base64')}`;
  const empty = await startClaviger();
  const full = await startClaviger({ CLAVIGER_DATABASE_URL: database, CLAVIGER_PEPPERS: pepper });
  try {
    const begun = performance.now();
    const storage = await open();
    await writeLogs(storage, count);
    await storage.close();
    const seconds = Math.round((performance.now() - begun) / 1_000);
    console.error(`${where}: ${count.toLocaleString('en-US')} entries in ${seconds} s`);
    const rows: Row[] = [];
    for (const [what, query] of Object.entries(LISTS)) {
      rows.push(await rowOf(run, `${what}, ${where}`, count, { empty, full }, query));
    }
    return rows;
  } finally {
    for (const { process } of [empty, full]) await process.stop();
  }
}

interface Servers {
  readonly empty: RunningClaviger;
  readonly full: RunningClaviger;
}

async function rowOf(
  run: Run,
  what: string,
  count: number,
  { empty, full }: Servers,
  query: () => string,
): Promise<Row> {
  const turns = { empty: () => pagesOf(empty, query()), full: () => pagesOf(full, query()) };
  await takeTurns({ ...run, rounds: 1 }, turns);
  const measured = await takeTurns(run, turns);
  const slowest = (pages: readonly Page[]) => Math.max(...pages.map(({ ms }) => ms));
  const costliest = (pages: readonly Page[]) => Math.max(...pages.map(({ cpuMs }) => cpuMs));
  const compared = compare(measured.empty.map(slowest), measured.full.map(slowest));
  const [list = []] = measured.full;
  const worst = Math.max(...measured.full.map(slowest));
  const entries = list.map(({ entries: there }) => there).join(' ');
  return {
    what: `slowest of ${list.length} log pages, ${count.toLocaleString('en-US')} entries: ${what}`,
    baseline: 'no entries',
    unit: 'ms',
    compared,
    budget: `≤ ${MAX_PAGE_MS} ms`,
    met: worst <= MAX_PAGE_MS,
    notes: [
      `slowest of all rounds: ${worst.toFixed(1)} ms; most processor time of a page: ${median(measured.full.map(costliest)).toFixed(1)} ms; entries on the pages: ${entries}`,
    ],
  };
}

interface Page {
  readonly ms: number;
  /** Of all threads of the server, so that it can be told what was waiting for a processor. */
  readonly cpuMs: number;
  readonly entries: number;
}

/** A list, as far as a person would go. */
async function pagesOf({ process, url, rootKey }: RunningClaviger, query: string): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor = '';
  do {
    const cpuBegun = await process.ask<number>('cpuTime');
    const begun = performance.now();
    const response = await fetch(`${url}/v1/logs?limit=${LIMIT}&${query}${cursor}`, {
      headers: { authorization: `Bearer ${rootKey}` },
    });
    const text = await response.text();
    const ms = performance.now() - begun;
    if (!response.ok) throw new Error(text);
    const page = JSON.parse(text) as { data: unknown[]; nextCursor: string | null };
    const cpuMs = ((await process.ask<number>('cpuTime')) - cpuBegun) / 1_000;
    pages.push({ ms, cpuMs, entries: page.data.length });
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '' && pages.length < PAGES);
  return pages;
}

answerAsks({ measure });
