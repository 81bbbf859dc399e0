import { join } from 'node:path';
import { startServing, type Started } from '../serving.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { answerAsks, cpuTime } from './process.ts';

/** With SQLite in a folder of its own, unless the settings name a database. */
const folder = temporaryFolder();
let started: Started | undefined;

async function start(settings: Readonly<Record<string, string>> = {}) {
  started = await startServing({
    CLAVIGER_DATABASE_URL: `sqlite:${join(folder.path, 'claviger.db')}`,
    ...settings,
  });
  const { serving, rootKey, setUpToken } = started;
  return { url: serving.url, rootKey, setUpToken };
}

answerAsks({ start, cpuTime }, async () => {
  await started?.stop();
  folder.remove();
});
