import { hash } from 'node:crypto';
import { EVERYWHERE, type Claviger } from '@claviger/core';
import { questionOf, verifyCached } from '../fixtures.ts';
import { startServing, type Started } from '../serving.ts';
import { databaseIn, readTokens, verifyAll } from '../stored-keys.ts';
import { answerAsks } from './process.ts';

/**
 * The real server with every key of a database in memory, and a bare Map of the same keys beside it. The
 * library inside is measured too, so that a million keys are read once.
 */
let started: Started | undefined;
let claviger: Claviger;
let tokens: readonly string[] = [];
let digests: ReadonlyMap<string, number>;
/** Positions of tokens, in the order in which they are asked for: the same for the bare Map and for the library. */
let order = new Uint32Array();

async function start(folder: string): Promise<{ url: string; rootKey: string }> {
  tokens = readTokens(folder);
  started = await startServing({
    CLAVIGER_DATABASE_URL: databaseIn(folder),
    // Of as many keys as there may be by default, and some root keys.
    CLAVIGER_CACHE_KEYS: '1100000',
  });
  claviger = started.serving.claviger;
  writeUsage(false);
  await verifyAll(claviger, tokens);
  if (claviger.directory.size < tokens.length) throw new Error('not every key is in memory');
  digests = new Map(tokens.map((token, n) => [hash('sha256', token, 'latin1'), n]));
  globalThis.gc?.();
  return { url: started.serving.url, rootKey: started.rootKey };
}

/**
 * Writing the usage of many keys takes longer than verifying them, and goes on long after. Where the look-up
 * alone is measured it is thrown away instead.
 */
function writeUsage(written: boolean): void {
  const { usage } = claviger.storage;
  if (written) Reflect.deleteProperty(usage, 'record');
  else Object.defineProperty(usage, 'record', { value: async () => undefined, configurable: true });
}

const anyPosition = (): number => Math.floor(Math.random() * tokens.length);

const tokenAt = (position: number): string => tokens[position] as string;

/** Nanoseconds for each of so many, in an order that is drawn anew. */
function bare(count: number): number {
  order = Uint32Array.from({ length: count }, anyPosition);
  let found = 0;
  const begun = performance.now();
  for (const position of order) {
    if (digests.get(hash('sha256', tokenAt(position), 'latin1')) !== undefined) found++;
  }
  if (found !== count) throw new Error(`${count - found} of ${count} were not found`);
  return nanoseconds(count, begun);
}

/** Nanoseconds for each, in the order of the last `bare`. No key has a counter when it begins, as after each flush. */
async function cached(): Promise<number> {
  await claviger.follower.renew();
  const begun = performance.now();
  verifyCached(claviger, order.length, (n) => tokenAt(order[n] as number));
  const took = nanoseconds(order.length, begun);
  // Before it answers: in its own time it would disturb those whose turn is next.
  await claviger.recorder.flush();
  return took;
}

/** Nanoseconds for each of so many different keys, nothing of which is in memory; one after the other, so many times over. */
async function uncached({ count, times }: { count: number; times: number }): Promise<number> {
  let took = 0;
  for (let time = 0; time < times; time++) took += await readOnce(count);
  return took / times;
}

async function readOnce(count: number): Promise<number> {
  const { directory, follower, recorder, verifier } = claviger;
  await follower.renew();
  directory.dropEverything();
  const asked = new Set<number>();
  while (asked.size < count) asked.add(anyPosition());
  const begun = performance.now();
  for (const position of asked) {
    const { valid } = await verifier.verify(questionOf(tokenAt(position)), EVERYWHERE);
    if (!valid) throw new Error('a key was refused');
  }
  const took = nanoseconds(count, begun);
  await recorder.flush();
  return took;
}

const nanoseconds = (count: number, begun: number): number =>
  ((performance.now() - begun) * 1e6) / count;

/** Milliseconds until the usage of all requests so far is written. */
async function flush(): Promise<number> {
  const begun = performance.now();
  await claviger.recorder.flush();
  return performance.now() - begun;
}

answerAsks({ start, writeUsage, bare, cached, uncached, flush }, () => started?.stop());
