import { beforeEach, describe, expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { StorageError } from '../src/errors.ts';
import { InsightRecorder } from '../src/insights/insight-recorder.ts';
import type { LogColumns } from '../src/logs/log-columns.ts';
import type { InsightStore } from '../src/ports/insight-store.ts';
import type { Storage } from '../src/ports/storage.ts';
import { aKey, NOW } from './harness/records.ts';
import { seed } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

const DAY_MS = 86_400_000;
const key = aKey();

let storage: Storage;
let clock: ManualClock;
let dropped: number;

beforeEach(async () => {
  storage = openMemoryStorage();
  await seed(storage, { keys: [key] });
  clock = new ManualClock();
  dropped = 0;
});

const start = (watching = true, store: InsightStore = storage.insights) =>
  new InsightRecorder({ store, clock, watching, dropped: () => dropped });

/** The storage's, but for writing, which fails when it is away. */
function storeThat(isAway: () => boolean): InsightStore {
  const { insights } = storage;
  const unlessAway = <Result>(write: () => Promise<Result>) =>
    isAway() ? Promise.reject(new StorageError('away')) : write();
  return {
    record: (batch) => unlessAway(() => insights.record(batch)),
    evidenceOf: (keyIds) => insights.evidenceOf(keyIds),
    listProbes: (query) => insights.listProbes(query),
    observedSince: () => insights.observedSince(),
    setObservedSince: (ms) => unlessAway(() => insights.setObservedSince(ms)),
    deleteOld: (before, limit) => insights.deleteOld(before, limit),
  };
}

/** One verification for each of these permissions. */
function asking(permissions: readonly string[], at = clock.now()): LogColumns {
  const places = permissions.map((_, place) => place);
  const same = (value: number) => permissions.map(() => value);
  return {
    at: same(at),
    subject: same(0),
    code: same(0),
    permissions: places,
    origin: same(-1),
    ip: same(-1),
    userAgent: same(-1),
    method: same(-1),
    path: same(-1),
    requestId: permissions.map(() => null),
    durationUs: same(0),
    subjects: [
      {
        keyId: key.id,
        secretId: 'sec_1',
        organizationId: 'acme',
        apiId: 'interact',
        environment: 'production',
        hint: null,
      },
    ],
    codes: ['VALID'],
    permissionSets: permissions.map((permission) => [permission]),
    texts: [],
  };
}

const used = async () => {
  const { permissions } = await storage.insights.evidenceOf([key.id]);
  return permissions.map(({ permission }) => permission).toSorted();
};

describe('observations', () => {
  test('are written by a flush, also those of the moment before it', async () => {
    const recorder = start();
    recorder.observe(asking(['a', 'b']), 1);
    const flush = recorder.flush();
    recorder.observe(asking(['c']), 0);
    await Promise.all([flush, recorder.flush()]);
    expect(await used()).toEqual(['b', 'c']);
  });

  test('are kept while the database is away, and written once it is back', async () => {
    let isAway = true;
    const store = storeThat(() => isAway);
    const recorder = start(true, store);
    recorder.observe(asking(Array.from({ length: 250 }, (_, n) => `p${n}`)), 0);
    await expect(recorder.flush()).rejects.toThrow('away');
    recorder.observe(asking(['later']), 0);
    await expect(recorder.flush()).rejects.toThrow('away');
    isAway = false;
    await recorder.flush();
    expect(await used()).toHaveLength(251);
    expect(await recorder.observedSince()).toBe(NOW);
  });
});

describe('what is observed', () => {
  test('begins with the first start, and goes on over restarts', async () => {
    expect(await start().observedSince()).toBe(NOW);
    clock.pass(DAY_MS);
    expect(await start().observedSince()).toBe(NOW);
  });

  test('begins anew after entries were dropped', async () => {
    const recorder = start();
    await recorder.flush();
    clock.pass(DAY_MS);
    dropped = 1;
    await recorder.flush();
    clock.pass(DAY_MS);
    await recorder.flush();
    expect(await recorder.observedSince()).toBe(NOW + DAY_MS);
    expect(await storage.insights.observedSince()).toBe(NOW + DAY_MS);
  });

  test(
    'begins anew when there is no room for the use of a permission',
    { timeout: 60_000 },
    async () => {
      const recorder = start();
      await recorder.flush();
      clock.pass(DAY_MS);
      const many = (round: number) => Array.from({ length: 2_000 }, (_, n) => `p${round}_${n}`);
      for (let round = 0; round <= 50; round++) recorder.observe(asking(many(round)), 0);
      await recorder.flush();
      expect(await recorder.observedSince()).toBe(NOW + DAY_MS);
    },
  );

  test('begins anew, too, when that could not be written down at first', async () => {
    let isAway = false;
    const store = storeThat(() => isAway);
    const recorder = start(true, store);
    await recorder.flush();
    clock.pass(DAY_MS);
    [isAway, dropped] = [true, 1];
    await expect(recorder.flush()).rejects.toThrow('away');
    clock.pass(DAY_MS);
    isAway = false;
    await recorder.flushGently();
    expect(await storage.insights.observedSince()).toBe(NOW + 2 * DAY_MS);
  });

  test('ends when it is started without a log', async () => {
    await start().flush();
    expect(await start(false).observedSince()).toBeNull();
    clock.pass(DAY_MS);
    expect(await start().observedSince()).toBe(NOW + DAY_MS);
  });
});

test('what nobody can ask about any more is deleted', async () => {
  const recorder = start();
  recorder.observe(asking(['old'], NOW - 401 * DAY_MS), 0);
  recorder.observe(asking(['new'], NOW - 399 * DAY_MS), 0);
  await recorder.flush();
  await recorder.deleteOld();
  expect(await used()).toEqual(['new']);
});
