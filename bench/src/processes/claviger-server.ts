import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { readConfig, serve, type Serving } from '@claviger/server';
import { temporaryFolder } from '../temporary-folder.ts';
import { answerAsks, cpuTime } from './process.ts';

/** The real server as `claviger serve` starts it, with SQLite in a folder of its own. Its log is written, and thrown away. */
const folder = temporaryFolder();
const log = openSync(devNull, 'w');
let serving: Serving | undefined;

async function start(): Promise<{ url: string; rootKey: string }> {
  const said: string[] = [];
  const config = readConfig({
    CLAVIGER_PORT: '0',
    CLAVIGER_DATABASE_URL: `sqlite:${join(folder.path, 'claviger.db')}`,
  });
  serving = await serve(config, {
    say: (line) => said.push(line),
    logTo: { write: (line) => void writeSync(log, line) },
  });
  const rootKey = /clv_[0-9A-Za-z]{48}/.exec(said.join('\n'))?.[0] ?? '';
  return { url: serving.url, rootKey };
}

answerAsks({ start, cpuTime }, async () => {
  await serving?.stop();
  closeSync(log);
  folder.remove();
});
