import { join } from 'node:path';
import { openSqliteStorage } from '@claviger/core/sqlite';
import { chromium, type Browser } from 'playwright-core';
import { writeManyKeys } from '../../../packages/core/test/harness/many-keys.ts';
import { anApi } from '../../../packages/core/test/harness/records.ts';
import { loadKeys, type PageLoad } from '../../../packages/dashboard/test/harness/page-load.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Run } from '../rounds.ts';
import { call, startClaviger, type RunningClaviger } from '../running-claviger.ts';
import { freePort } from '../running-stores.ts';

const KEYS = 100_000;
const MAX_SCRIPT_KIB = 200;
const MAX_INTERACTIVE_MS = 1_000;

const PATH = '/org/acme/settings/api-keys';

const PERSON = {
  name: 'Operator',
  email: 'operator@example.com',
  password: 'eleven wet horses sing',
};

/** The page of keys in Debian's Chromium, from a server on the same machine, with nothing in the browser's cache. */
async function measure(run: Run): Promise<Row[]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const path = join(run.folder, 'pages.db');
  const claviger = await startClaviger({
    CLAVIGER_DATABASE_URL: `sqlite:${path}`,
    CLAVIGER_PORT: new URL(url).port,
    CLAVIGER_PUBLIC_URL: url,
  });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    await fill(claviger, path, Math.round(KEYS * run.scale));
    const state = await signUp(browser, claviger);
    const loads: PageLoad[] = [];
    const load = async () => {
      const context = await browser.newContext({ baseURL: url, storageState: state });
      loads.push(await loadKeys(await context.newPage(), PATH));
      await context.close();
      return loads.at(-1)?.interactiveMs ?? Number.NaN;
    };
    await load();
    const measured = await takeTurns(run, { blank: () => blank(browser, url), load });
    return rowsOf(loads, compare(measured.blank, measured.load));
  } finally {
    await browser.close();
    await claviger.process.stop();
  }
}

async function fill(claviger: RunningClaviger, path: string, count: number): Promise<void> {
  await call(claviger, 'PUT', '/v1/apis/interact', anApi().definition);
  await call(claviger, 'PUT', '/v1/organizations/acme', { name: 'Acme' });
  const storage = await openSqliteStorage({ path });
  await writeManyKeys(storage, count, Date.now());
  await storage.close();
}

/** The first person, in the browser's own way. Answers their cookie. */
async function signUp(browser: Browser, { url, setUpToken }: RunningClaviger) {
  const context = await browser.newContext({ baseURL: url });
  const response = await context.request.post('/v1/setup', {
    headers: { origin: url },
    data: { token: setUpToken, ...PERSON },
  });
  if (!response.ok()) throw new Error(await response.text());
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A page of the same server with nothing on it: what the browser and the machine take for themselves. */
async function blank(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto('/health/live');
  const ms = await page.evaluate<number>(
    'new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))',
  );
  await context.close();
  return ms;
}

function rowsOf(loads: readonly PageLoad[], interactive: Row['compared']): Row[] {
  const kib = (loads[0]?.scriptBytes ?? Number.NaN) / 1_024;
  const shift = Math.max(...loads.map(({ layoutShift }) => layoutShift));
  const limit = loads.map(() => MAX_SCRIPT_KIB);
  return [
    {
      what: `the page of keys, ${KEYS.toLocaleString('en-US')} of them, until a key can be opened`,
      baseline: 'a line of text from the same server',
      unit: 'ms',
      compared: interactive,
      budget: `≤ ${MAX_INTERACTIVE_MS.toLocaleString('en-US')} ms`,
      met: interactive.subject <= MAX_INTERACTIVE_MS,
      notes: [`layout shift, the most of all loads: ${shift}`],
    },
    {
      what: 'script of the page of keys, compressed as it is sent',
      baseline: 'what it may be',
      unit: 'KiB',
      compared: compare(
        limit,
        loads.map(({ scriptBytes }) => scriptBytes / 1_024),
      ),
      budget: `≤ ${MAX_SCRIPT_KIB} KiB`,
      met: kib <= MAX_SCRIPT_KIB && shift === 0,
    },
  ];
}

answerAsks({ measure });
