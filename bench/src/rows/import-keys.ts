import { createHash } from 'node:crypto';
import { API_ID, apiDefinition, newKey, ORGANIZATION_ID, PERMISSION } from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, type Effort } from '../rounds.ts';
import { call, startClaviger, type RunningClaviger } from '../running-claviger.ts';
import { ClavigerClient, type ImportKeyInput } from '@claviger/sdk';

/** Of the milestone: so many in one call, in less than a minute. */
const KEYS = 100_000;
const MAX_SECONDS = 60;

/** Also how long creation takes, one key a call, is measured on so many. */
const CREATED = 2_000;

const LEGACY = '^legacy-[0-9a-f]{32}$';

async function measure({ scale }: Effort): Promise<Row[]> {
  const count = Math.round(KEYS * scale);
  const server = await startClaviger();
  try {
    const definition = { ...apiDefinition, legacyFormats: [LEGACY] };
    await call(server, 'PUT', `/v1/apis/${API_ID}`, definition);
    await call(server, 'PUT', `/v1/organizations/${ORGANIZATION_ID}`, { name: 'Acme' });
    const created = await createEach(server, Math.round(CREATED * scale));
    const imported = await importAll(server, count);
    return [rowOf(count, created, imported)];
  } finally {
    await server.process.stop();
  }
}

/** Keys a second, each in a call of its own, 64 at a time. */
async function createEach(server: RunningClaviger, count: number): Promise<number> {
  const begun = performance.now();
  let next = 0;
  const callers = Array.from({ length: 64 }, async () => {
    while (next < count) await call(server, 'POST', '/v1/keys', newKey(next++));
  });
  await Promise.all(callers);
  return (count / (performance.now() - begun)) * 1_000;
}

/** Keys a second, in one stream. Throws unless each was imported, and the last can be verified. */
async function importAll(server: RunningClaviger, count: number): Promise<number> {
  const client = new ClavigerClient({ baseUrl: server.url, key: server.rootKey });
  const begun = performance.now();
  let imported = 0;
  for await (const line of client.keys.import(entries(count))) {
    if ('imported' in line) imported = line.imported;
    else if ('code' in line) throw new Error(line.message);
  }
  const seconds = (performance.now() - begun) / 1_000;
  if (imported !== count) throw new Error(`${imported} of ${count} were imported`);
  const ask = { token: tokenAt(count - 1), apiId: API_ID, permissions: [PERMISSION] };
  if (!(await client.verify(ask)).valid) throw new Error('the last key is not accepted');
  return count / seconds;
}

const tokenAt = (number: number): string => `legacy-${number.toString(16).padStart(32, '0')}`;

function* entries(count: number): Generator<ImportKeyInput> {
  for (let n = 0; n < count; n++) {
    const value = createHash('sha256').update(tokenAt(n)).digest('hex');
    yield { ...newKey(n), hash: { algorithm: 'sha256', encoding: 'hex', value } };
  }
}

function rowOf(count: number, created: number, imported: number): Row {
  const compared = compare([created], [imported]);
  const seconds = count / imported;
  const perSecond = Math.ceil(KEYS / MAX_SECONDS);
  return {
    what: `import ${count.toLocaleString('en-US')} keys in one stream, ${seconds.toFixed(1)} s, SQLite FULL`,
    baseline: 'creating each over HTTP, 64 callers',
    unit: '/s',
    compared,
    budget: `≥ ${perSecond.toLocaleString('en-US')}/s`,
    met: imported >= perSecond,
  };
}

answerAsks({ measure });
