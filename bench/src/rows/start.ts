import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Run } from '../rounds.ts';
import { databaseIn, storedKeys } from '../stored-keys.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEYS = 1_000_000;
const MAX_MS = 2_000;

const COMMAND = fileURLToPath(new URL('../../../packages/cli/bin/claviger.js', import.meta.url));

async function measure(run: Run): Promise<Row[]> {
  const count = Math.round(KEYS * run.scale);
  const stored = await storedKeys(run.folder, count);
  const empty = temporaryFolder();
  try {
    const turns = { empty: () => start(empty.path), stored: () => start(stored) };
    // The first start of each writes its tables or its first root key; what is measured are later ones.
    await takeTurns({ ...run, rounds: 1 }, turns);
    const measured = await takeTurns(run, turns);
    const compared = compare(measured.empty, measured.stored);
    return [
      {
        what: `start until ready, ${count.toLocaleString('en-US')} keys`,
        baseline: 'no keys',
        unit: 'ms',
        compared,
        budget: `≤ ${MAX_MS.toLocaleString('en-US')} ms`,
        met: compared.subject <= MAX_MS,
        notes: ['`claviger serve` from its sources, the database in the file cache of the system'],
      },
    ];
  } finally {
    empty.remove();
  }
}

/** Milliseconds from starting `claviger serve` until it says that it is ready. Then ends it. */
async function start(folder: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'serve'], {
    env: {
      CLAVIGER_PORT: '0',
      CLAVIGER_DATABASE_URL: databaseIn(folder),
      // So that only what goes wrong is shown.
      CLAVIGER_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (said += text));
  const url = () => / listens on (\S+)/.exec(said)?.[1];
  while (url() === undefined) {
    if (child.exitCode !== null) throw new Error(`claviger serve ended with ${child.exitCode}`);
    await delay(1);
  }
  while (!(await fetch(`${url()}/health/ready`)).ok) await delay(1);
  const took = performance.now() - begun;
  child.kill('SIGTERM');
  await ended;
  return took;
}

answerAsks({ measure });
