import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';
import type {
  LastUse,
  Redigest,
  SumUsage,
  UsageCount,
  UsageFilter,
  UsageSum,
} from '../../src/ports/usage-store.ts';
import { aDigest, aKey, aSecret, NOW } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

const HOUR_MS = 3_600_000;
const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;

function aCount(fields: Partial<UsageCount> = {}): UsageCount {
  return {
    hour: HOUR,
    keyId: 'key_1',
    apiId: 'interact',
    organizationId: 'acme',
    environment: 'production',
    code: 'VALID',
    count: 1,
    ...fields,
  };
}

export function describeUsageStore(open: () => Promise<Storage>): void {
  describe('usage store', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    describeUsageCounts(() => storage);
    // Groups of their own: they have rows of their own before each test.
    describe('sums', () => describeSums(() => storage));
    describe('last uses', () => describeLastUses(() => storage));
    describe('digests stored anew', () => describeRedigests(() => storage));
  });
}

function describeUsageCounts(storage: () => Storage): void {
  const countsSince = async (fromMs: number) => {
    const counts = await storage().usage.countsSince(fromMs);
    // Their order is not promised.
    return new Set(counts);
  };

  test('an empty batch changes nothing', async () => {
    await recordUsage(storage(), {});
    expect(await storage().usage.countsSince(0)).toEqual([]);
  });

  test('counts of the same key, code and hour add up, from one batch to the next', async () => {
    await recordUsage(storage(), { counts: [aCount({ count: 2 })] });
    await recordUsage(storage(), { counts: [aCount({ count: 5_000_000_000 })] });

    expect(await storage().usage.countsSince(0)).toEqual([aCount({ count: 5_000_000_002 })]);
  });

  test('counts add up within a batch too, as from two secrets of one key', async () => {
    await recordUsage(storage(), { counts: [aCount({ count: 2 }), aCount({ count: 3 })] });
    await recordUsage(storage(), { counts: [aCount(), aCount()] });

    expect(await storage().usage.countsSince(0)).toEqual([aCount({ count: 7 })]);
  });

  test('different hours, keys, APIs and codes are counted apart', async () => {
    const nobody = { keyId: '', organizationId: '', environment: '', code: 'NOT_FOUND' } as const;
    const counts = [
      aCount(),
      aCount({ hour: HOUR + HOUR_MS }),
      aCount({ keyId: 'key_2' }),
      aCount({ code: 'REVOKED' }),
      aCount(nobody),
      aCount({ ...nobody, apiId: 'web' }),
    ];
    await recordUsage(storage(), { counts });

    expect(await countsSince(0)).toEqual(new Set(counts));
  });

  test('counts are read from an hour on', async () => {
    const hours = [HOUR - HOUR_MS, HOUR, HOUR + HOUR_MS].map((hour) => aCount({ hour }));
    await recordUsage(storage(), { counts: hours });

    expect(await countsSince(HOUR)).toEqual(new Set(hours.slice(1)));
    expect(await countsSince(HOUR + 1)).toEqual(new Set(hours.slice(2)));
    expect(await countsSince(HOUR + 2 * HOUR_MS)).toEqual(new Set());
  });

  test('those of some keys are summed, from an hour on', async () => {
    const counts = [
      aCount({ count: 5_000_000_000 }),
      aCount({ code: 'REVOKED', count: 3 }),
      aCount({ hour: HOUR - HOUR_MS, count: 40 }),
      aCount({ keyId: 'key_2', count: 500 }),
      aCount({ keyId: '', count: 7_000 }),
    ];
    await recordUsage(storage(), { counts });

    const count = (ids: string[], fromMs: number) => storage().usage.countOfKeys(ids, fromMs);
    expect(await count(['key_1', 'key_2', 'key_3'], HOUR)).toBe(5_000_000_503);
    expect(await count(['key_1'], HOUR - HOUR_MS)).toBe(5_000_000_043);
    expect(await count(['key_3'], 0)).toBe(0);
    expect(await count([], 0)).toBe(0);
  });

  test('a batch of 500 of each kind is written', async () => {
    const keys = Array.from({ length: 500 }, () => aKey());
    const secrets = keys.map(({ id }) => aSecret({ keyId: id }));
    await seed(storage(), { keys, secrets });
    await recordUsage(storage(), {
      counts: keys.map(({ id }) => aCount({ keyId: id })),
      keys: keys.map(({ id }) => ({ id, at: NOW })),
      secrets: secrets.map(({ id }) => ({ id, at: NOW })),
      redigests: secrets.map(({ id, digest }) => redigest(id, digest)),
    });

    expect(await storage().usage.countsSince(0)).toHaveLength(500);
    const found = await storage().keys.getKey(keys[499]!.id);
    expect(found).toMatchObject({ lastUsedAt: NOW, secrets: [{ pepperVersion: 2 }] });
  });

  test('batches recorded at once all count', async () => {
    const batches = Array.from({ length: 20 }, () => ({
      counts: [aCount(), aCount({ keyId: '' })],
    }));
    await Promise.all(batches.map((batch) => recordUsage(storage(), batch)));

    const expected = [aCount({ count: 20 }), aCount({ keyId: '', count: 20 })];
    expect(await countsSince(0)).toEqual(new Set(expected));
  });
}

const ANY: UsageFilter = {
  apiIds: null,
  organizationIds: null,
  environments: null,
  keyId: null,
  code: null,
};

const countsArbitrary = fc.array(
  fc.record({
    hour: fc.constantFrom(HOUR - HOUR_MS, HOUR, HOUR + HOUR_MS),
    keyId: fc.constantFrom('', 'key_1', 'key_2'),
    apiId: fc.constantFrom('interact', 'web'),
    organizationId: fc.constantFrom('', 'acme', 'globex'),
    environment: fc.constantFrom('', 'production', 'staging'),
    code: fc.constantFrom('VALID' as const, 'REVOKED' as const, 'NOT_FOUND' as const),
    count: fc.constantFrom(0, 1, 7, 5_000_000_000),
  }),
  { maxLength: 40 },
);

const among = (...ids: string[]) => fc.option(fc.subarray(ids));
const sumsArbitrary: fc.Arbitrary<Omit<SumUsage, 'limit'>> = fc.record({
  filter: fc.record({
    apiIds: among('interact', 'web'),
    organizationIds: among('', 'acme', 'globex'),
    environments: among('', 'production', 'staging'),
    keyId: fc.constantFrom(null, '', 'key_1'),
    code: fc.constantFrom(null, 'VALID' as const, 'NOT_FOUND' as const),
  }),
  from: fc.constantFrom(0, HOUR, HOUR + 1),
  to: fc.constantFrom(HOUR, HOUR + 1, HOUR + 2 * HOUR_MS),
  by: fc.subarray(['hour', 'code', 'keyId', 'apiId', 'organizationId', 'environment']),
});

function sumsByHand(counts: readonly UsageCount[], query: Omit<SumUsage, 'limit'>) {
  const { filter, from, to, by } = query;
  const sums = new Map<string, UsageSum>();
  for (const count of counts) {
    const matches =
      count.hour >= from &&
      count.hour < to &&
      (filter.apiIds?.includes(count.apiId) ?? true) &&
      (filter.organizationIds?.includes(count.organizationId) ?? true) &&
      (filter.environments?.includes(count.environment) ?? true) &&
      (filter.keyId ?? count.keyId) === count.keyId &&
      (filter.code ?? count.code) === count.code;
    if (!matches || count.count === 0) continue;
    const group = Object.fromEntries(by.map((name) => [name, count[name]]));
    const before = sums.get(JSON.stringify(group))?.count ?? 0;
    sums.set(JSON.stringify(group), { ...group, count: before + count.count });
  }
  return new Set(sums.values());
}

function describeSums(storage: () => Storage): void {
  const sums = async (query: Partial<SumUsage>) =>
    storage().usage.sums({ filter: ANY, from: 0, to: HOUR + 1, by: [], limit: 1_000, ...query });

  test('are those of a few lines that add by hand', async () => {
    let counts: UsageCount[] = [];
    await fc.assert(
      fc.asyncProperty(countsArbitrary, fc.array(sumsArbitrary), async (more, queries) => {
        await recordUsage(storage(), { counts: more });
        counts = [...counts, ...more];
        for (const query of queries) {
          expect(new Set(await sums(query))).toEqual(sumsByHand(counts, query));
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test('of nothing are none, and never more than asked for', async () => {
    expect(await sums({})).toEqual([]);
    const counts = ['key_1', 'key_2', 'key_3'].map((keyId) => aCount({ keyId }));
    await recordUsage(storage(), { counts });
    expect(await sums({ by: ['keyId'], limit: 2 })).toHaveLength(2);
    expect(await sums({})).toEqual([{ count: 3 }]);
  });
}

function describeLastUses(storage: () => Storage): void {
  const key = aKey();
  const secret = aSecret({ keyId: key.id });
  beforeEach(() => seed(storage(), { keys: [key], secrets: [secret] }));

  const use = (...times: number[]) => {
    const uses = (id: string): LastUse[] => times.map((at) => ({ id, at }));
    return recordUsage(storage(), { keys: uses(key.id), secrets: uses(secret.id) });
  };
  const lastUses = async () => {
    const found = await storage().keys.getKey(key.id);
    return [found?.lastUsedAt, found?.secretLastUsedAt.get(secret.id)];
  };

  test('a last use moves forward and never back', async () => {
    expect(await lastUses()).toEqual([null, undefined]);
    await use(NOW);
    await use(NOW - 1);
    expect(await lastUses()).toEqual([NOW, NOW]);
    await use(NOW + 1);
    expect(await lastUses()).toEqual([NOW + 1, NOW + 1]);
  });

  test('of several uses in one batch the newest counts', async () => {
    await use(NOW - 1, NOW + 1, NOW);
    expect(await lastUses()).toEqual([NOW + 1, NOW + 1]);
  });

  test('the use of a key leaves the key itself as it was', async () => {
    await use(NOW + 1);
    expect((await storage().keys.getKey(key.id))?.key).toEqual(key);
  });

  test('the use of a key or secret that is deleted by now does not hold up the batch', async () => {
    await write(storage(), (tx) => tx.deleteKey(key.id));
    const gone = { keys: [{ id: key.id, at: NOW }], secrets: [{ id: secret.id, at: NOW }] };
    const redigests = [redigest(secret.id, secret.digest)];
    await recordUsage(storage(), { ...gone, redigests, counts: [aCount({ keyId: key.id })] });

    expect(await storage().usage.countsSince(0)).toEqual([aCount({ keyId: key.id })]);
    // Nor does it leave anything behind for a key of that id.
    await seed(storage(), { keys: [key], secrets: [secret] });
    expect(await lastUses()).toEqual([null, undefined]);
  });
}

function redigest(secretId: string, from: Buffer): Redigest {
  return { secretId, from, to: aDigest(), pepperVersion: 2 };
}

function describeRedigests(storage: () => Storage): void {
  const key = aKey();
  const secret = aSecret({ keyId: key.id });
  const other = aSecret({ keyId: key.id });
  beforeEach(() => seed(storage(), { keys: [key], secrets: [secret, other] }));
  const find = async (digest: Buffer) => (await storage().keys.findSecret([digest]))?.secret;

  test('a digest is stored anew under the newer pepper', async () => {
    const change = redigest(secret.id, secret.digest);
    await recordUsage(storage(), { redigests: [change] });

    const { to: digest, pepperVersion } = change;
    expect(await find(digest)).toEqual({ ...secret, digest, pepperVersion });
    expect(await find(secret.digest)).toBeUndefined();
    expect(await find(other.digest)).toEqual(other);
  });

  test('a digest that is another by now is left alone', async () => {
    const first = redigest(secret.id, secret.digest);
    const late = redigest(secret.id, secret.digest);
    await recordUsage(storage(), { redigests: [first] });
    await recordUsage(storage(), { redigests: [late] });

    expect(await find(first.to)).toMatchObject({ id: secret.id });
    expect(await find(late.to)).toBeUndefined();
  });

  test('a digest that is stored anew while a work changes the secret loses neither change', async () => {
    const change = redigest(secret.id, secret.digest);
    const recorded: Promise<void>[] = [];
    await write(storage(), async (tx) => {
      await tx.updateSecret({ ...secret, endedAt: NOW });
      // Not awaited: it may have to wait for this work.
      recorded.push(recordUsage(storage(), { redigests: [change] }));
      await new Promise((resolve) => void setImmediate(resolve));
    });
    await Promise.all(recorded);

    const ended = { ...secret, digest: change.to, pepperVersion: 2, endedAt: NOW };
    expect(await find(change.to)).toEqual(ended);
  });

  test('a batch that cannot be written whole is not written at all', async () => {
    const taken = { ...redigest(secret.id, secret.digest), to: other.digest };
    const batch = {
      counts: [aCount()],
      keys: [{ id: key.id, at: NOW }],
      secrets: [{ id: secret.id, at: NOW }],
      redigests: [redigest(other.id, aDigest()), taken],
    };

    await expect(recordUsage(storage(), batch)).rejects.toThrow();
    expect(await storage().usage.countsSince(0)).toEqual([]);
    expect(await storage().keys.getKey(key.id)).toMatchObject({ lastUsedAt: null });
    expect(await find(secret.digest)).toEqual(secret);
  });
}
