import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startProcess } from './processes/process.ts';
import { printHeader, printRow, type Row } from './report.ts';
import type { Effort, Run } from './rounds.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Each in a process of its own, so that none is measured with another's garbage or optimized for another's objects. */
const rows = {
  verify: './rows/verify-in-process.ts',
  http: './rows/verify-over-http.ts',
  logs: './rows/request-logs.ts',
  create: './rows/create-keys.ts',
  import: './rows/import-keys.ts',
  memory: './rows/memory.ts',
  sizes: './rows/sizes.ts',
  start: './rows/start.ts',
  logpages: './rows/log-pages.ts',
  keylists: './rows/key-lists.ts',
  pages: './rows/pages.ts',
  peer: './rows/peer.ts',
};
type Name = keyof typeof rows;

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const names = Object.keys(rows) as Name[];
const chosen = names.filter((name) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  console.error(`--only takes one of ${names.join(', ')}`);
  process.exit(2);
}

const canRun = (name: Name): boolean => {
  if (name !== 'peer' || existsSync(new URL('../peer/node_modules', import.meta.url))) return true;
  console.error('peer is skipped; for it, run: npm ci --prefix bench/peer --ignore-scripts');
  return false;
};
const ready = chosen.filter(canRun);
if (ready.length === 0) process.exit(2);

/** Medians of few short rounds say little; `--quick` only shows that everything runs. */
const effort: Effort = values.quick ? { rounds: 3, scale: 0.25 } : { rounds: 9, scale: 1 };

const folder = temporaryFolder();
// It may hold a gigabyte.
process.once('SIGINT', () => {
  folder.remove();
  process.exit(130);
});

printHeader();
try {
  for (const name of ready) {
    const measuring = await startProcess(new URL(rows[name], import.meta.url));
    try {
      const run: Run = { ...effort, folder: folder.path };
      for (const row of await measuring.ask<Row[]>('measure', run)) printRow(row);
    } finally {
      await measuring.stop();
    }
  }
} finally {
  folder.remove();
}
