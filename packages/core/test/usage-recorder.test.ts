import { verificationCodes, verificationStatuses, type VerificationCode } from '@claviger/contract';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { systemClock } from '../src/ports/clock.ts';
import type { FoundSecret } from '../src/ports/key-store.ts';
import type { UsageBatch, UsageCount, UsageStore, UsageSum } from '../src/ports/usage-store.ts';
import { hashToken, Peppers } from '../src/tokens/digest.ts';
import { UsageRecorder } from '../src/usage/usage-recorder.ts';
import {
  claimOf,
  newApiEntry,
  newOrganizationEntry,
  newSecretEntry,
  type SecretEntry,
} from '../src/verification/entries.ts';
import { aKey, anApi, anOrganization, aSecret } from './harness/records.ts';
import { settle } from './model/stepped-database.ts';

const HOUR_MS = 3_600_000;
/** The beginning of an hour. */
const HOUR = Date.UTC(2026, 10, 21, 9);
const MAX_ROWS = 100;

/** Adds up what it is given, as the port says, and fails or waits when it is told to. */
class FakeUsageStore implements UsageStore {
  readonly batches: UsageBatch[] = [];
  readonly counts = new Map<string, number>();
  readonly lastUses = new Map<string, number>();
  readonly redigests: UsageBatch['redigests'][number][] = [];
  /** Outcomes of the next calls; those beyond succeed. */
  failing: boolean[] = [];
  /** Set: calls wait for it. */
  gate: Promise<void> | null = null;

  async record(batch: UsageBatch): Promise<void> {
    await this.gate;
    if (this.failing.shift() === true) throw new StorageError('the database is away');
    this.batches.push(batch);
    for (const row of batch.counts) {
      this.counts.set(slotOf(row), (this.counts.get(slotOf(row)) ?? 0) + row.count);
    }
    for (const { id, at } of [...batch.keys, ...batch.secrets]) {
      this.lastUses.set(id, Math.max(at, this.lastUses.get(id) ?? 0));
    }
    this.redigests.push(...batch.redigests);
  }

  sums(): Promise<UsageSum[]> {
    return Promise.reject(new Error('nobody asks for this here'));
  }

  countOfKeys(): Promise<number> {
    return Promise.reject(new Error('nobody asks for this here'));
  }

  countsSince(): Promise<UsageCount[]> {
    return Promise.reject(new Error('nobody asks for this here'));
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

function slotOf({
  hour,
  keyId,
  apiId,
  organizationId,
  environment,
  code,
}: Omit<UsageCount, 'count'>) {
  return [hour, keyId, apiId, organizationId, environment, code].join(' ');
}

const api = newApiEntry(anApi());
const organization = newOrganizationEntry(anOrganization());

function aSecretEntry(id: string, keyId = `key_of_${id}`): SecretEntry {
  const key = aKey({ id: keyId });
  return newSecretEntry(
    'hash',
    { secret: aSecret({ id, keyId }), key },
    api,
    organization,
    claimOf(key),
  );
}

const peppers = new Peppers([
  { version: 1, key: Buffer.alloc(32, 1) },
  { version: 2, key: Buffer.alloc(32, 2) },
]);

function start() {
  const store = new FakeUsageStore();
  const recorder = new UsageRecorder(store, peppers, systemClock);
  return { store, recorder };
}

const place = { apiId: 'interact', organizationId: 'acme', environment: 'production' };
const known = (keyId: string, hour: number, code: VerificationCode) =>
  slotOf({ hour, keyId, ...place, code });
const unknown = (apiId: string, hour: number) =>
  slotOf({ hour, keyId: '', apiId, organizationId: '', environment: '', code: 'NOT_FOUND' });

describe('counts', () => {
  test('are written by key, code and hour', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    for (const code of ['VALID', 'VALID', 'REVOKED', 'VALID'] as const) {
      recorder.record(secret, code, 'interact', HOUR + 5);
    }
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({
      [known('key_1', HOUR, 'VALID')]: 3,
      [known('key_1', HOUR, 'REVOKED')]: 1,
    });
    const totals = (['VALID', 'REVOKED', 'EXPIRED'] as const).map((code) => recorder.total(code));
    expect(totals).toEqual([3, 1, 0]);
  });

  test('of a token nobody knows are written for the API that was asked, and name no key', async () => {
    const { store, recorder } = start();
    recorder.record(null, 'NOT_FOUND', 'interact', HOUR);
    recorder.record(null, 'NOT_FOUND', 'interact', HOUR + 1);
    recorder.record(null, 'NOT_FOUND', 'other', HOUR);
    recorder.record(null, 'NOT_FOUND', 'interact', HOUR + HOUR_MS);
    // A key that exists, asked for where it may not be seen: nothing of it is written.
    recorder.record(aSecretEntry('sec_1'), 'NOT_FOUND', 'other', HOUR);
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({
      [unknown('interact', HOUR)]: 2,
      [unknown('interact', HOUR + HOUR_MS)]: 1,
      [unknown('other', HOUR)]: 2,
    });
    expect(store.lastUses.size).toBe(0);
  });

  test('of every code are written under that code', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    const codes = verificationCodes.filter((code) => code !== 'NOT_FOUND');
    for (const [index, code] of codes.entries()) {
      for (let n = 0; n <= index; n++) recorder.record(secret, code, 'interact', HOUR);
    }
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual(
      Object.fromEntries(codes.map((code, index) => [known('key_1', HOUR, code), index + 1])),
    );
  });

  test('belong to the hour of the verification, whose first millisecond is included', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    for (const at of [HOUR - 1, HOUR, HOUR + HOUR_MS - 1, HOUR + HOUR_MS]) {
      recorder.record(secret, 'VALID', 'interact', at);
    }
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({
      [known('key_1', HOUR - HOUR_MS, 'VALID')]: 1,
      [known('key_1', HOUR, 'VALID')]: 2,
      [known('key_1', HOUR + HOUR_MS, 'VALID')]: 1,
    });
  });

  test('belong to the hour of the verification when the clock is set back over its beginning', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    for (const at of [HOUR + 1, HOUR - 1, HOUR + 2])
      recorder.record(secret, 'VALID', 'interact', at);
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({
      [known('key_1', HOUR, 'VALID')]: 2,
      [known('key_1', HOUR - HOUR_MS, 'VALID')]: 1,
    });
  });

  test('of two secrets of one key add up to the key', async () => {
    const { store, recorder } = start();
    recorder.record(aSecretEntry('sec_1', 'key_1'), 'VALID', 'interact', HOUR);
    recorder.record(aSecretEntry('sec_2', 'key_1'), 'VALID', 'interact', HOUR);
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({ [known('key_1', HOUR, 'VALID')]: 2 });
    expect([...store.lastUses.keys()].toSorted()).toEqual(['key_1', 'sec_1', 'sec_2']);
  });
});

describe('last use', () => {
  test.each(verificationCodes.filter((code) => verificationStatuses[code] !== 401))(
    'moves with %s',
    async (code) => {
      const { store, recorder } = start();
      recorder.record(aSecretEntry('sec_1', 'key_1'), code, 'interact', HOUR + 7);
      await recorder.flush();
      expect(Object.fromEntries(store.lastUses)).toEqual({ key_1: HOUR + 7, sec_1: HOUR + 7 });
    },
  );

  test.each(verificationCodes.filter((code) => verificationStatuses[code] === 401))(
    'does not move with %s, which was tried and not used',
    async (code) => {
      const { store, recorder } = start();
      recorder.record(aSecretEntry('sec_1', 'key_1'), code, 'interact', HOUR + 7);
      await recorder.flush();
      expect(store.lastUses.size).toBe(0);
    },
  );

  test('is the newest one of a flush, written once, whatever the clock did', async () => {
    const { store, recorder } = start();
    const [first, second] = [aSecretEntry('sec_1', 'key_1'), aSecretEntry('sec_2', 'key_1')];
    for (const at of [HOUR + 5, HOUR + 9, HOUR - 3, HOUR + 8]) {
      recorder.record(first, 'VALID', 'interact', at);
    }
    recorder.record(second, 'VALID', 'interact', HOUR + 1);
    await recorder.flush();
    expect(store.batches).toHaveLength(1);
    expect(store.batches[0]!.keys).toEqual([{ id: 'key_1', at: HOUR + 9 }]);
    expect(store.batches[0]!.secrets).toEqual([
      { id: 'sec_1', at: HOUR + 9 },
      { id: 'sec_2', at: HOUR + 1 },
    ]);
  });
});

describe('a flush', () => {
  test('with nothing recorded writes nothing', async () => {
    const { store, recorder } = start();
    await recorder.flush();
    expect(store.batches).toEqual([]);
    expect(recorder.depth).toBe(0);
  });

  test('writes at most 100 rows of a kind at a time, and all of them', async () => {
    const { store, recorder } = start();
    for (let n = 0; n < 1_300; n++) {
      const secret = aSecretEntry(`sec_${n}`);
      recorder.record(secret, 'VALID', 'interact', HOUR + n);
      recorder.record(secret, 'RATE_LIMITED', 'interact', HOUR + n);
      recorder.record(null, 'NOT_FOUND', `api-${n}`, HOUR);
      recorder.redigest(foundSecret(`sec_${n}`), hashToken(`int_${n}`));
    }
    await recorder.flush();
    for (const { counts, keys, secrets, redigests } of store.batches) {
      const rows = [counts, keys, secrets, redigests].map(({ length }) => length);
      expect(Math.max(...rows)).toBeLessThanOrEqual(MAX_ROWS);
      expect(Math.max(...rows)).toBeGreaterThan(0);
    }
    expect(store.batches).toHaveLength(Math.ceil((3 * 1_300) / MAX_ROWS));
    expect(store.total).toBe(3 * 1_300);
    expect(store.lastUses.size).toBe(2 * 1_300);
    expect(store.redigests).toHaveLength(1_300);
    expect(recorder.depth).toBe(0);
  });

  test('rejects when the database is away, keeps everything, and writes it next time', async () => {
    const { store, recorder } = start();
    recorder.record(aSecretEntry('sec_1', 'key_1'), 'VALID', 'interact', HOUR);
    const depth = recorder.depth;
    expect(depth).toBeGreaterThan(0);
    store.failing = [true];
    const failure = await recorder.flush().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(recorder.depth).toBeGreaterThanOrEqual(depth);
    await recorder.flush();
    expect(Object.fromEntries(store.counts)).toEqual({ [known('key_1', HOUR, 'VALID')]: 1 });
    expect(recorder.depth).toBe(0);
  });

  test('that failed half-way writes no row a second time', async () => {
    const { store, recorder } = start();
    for (let n = 0; n < 1_200; n++) {
      recorder.record(aSecretEntry(`sec_${n}`), 'VALID', 'interact', HOUR);
    }
    store.failing = [false, true];
    await expect(recorder.flush()).rejects.toThrow(StorageError);
    expect(store.total).toBe(MAX_ROWS);
    await recorder.flush();
    expect(store.total).toBe(1_200);
    expect(Math.max(...store.counts.values())).toBe(1);
  });

  test('is never run twice at once', async () => {
    const { store, recorder } = start();
    recorder.record(aSecretEntry('sec_1', 'key_1'), 'VALID', 'interact', HOUR);
    const gate = Promise.withResolvers<void>();
    store.gate = gate.promise;
    const flushes = [recorder.flush(), recorder.flush()];
    await settle();
    gate.resolve();
    await Promise.all(flushes);
    expect(store.total).toBe(1);
    expect(store.batches).toHaveLength(1);
  });

  test('writes everything recorded before it was called, though another is under way', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    recorder.record(secret, 'VALID', 'interact', HOUR);
    const gate = Promise.withResolvers<void>();
    store.gate = gate.promise;
    const first = recorder.flush();
    await settle();
    recorder.record(secret, 'VALID', 'interact', HOUR + 1);
    const second = recorder.flush(); // as at shutdown, while the one of the timer is being written
    gate.resolve();
    await Promise.all([first, second]);
    expect(Object.fromEntries(store.counts)).toEqual({ [known('key_1', HOUR, 'VALID')]: 2 });
    expect(store.lastUses.get('sec_1')).toBe(HOUR + 1);
  });

  test('a gentle one is the one under way, if there is one, and hurries when it is waited for', async () => {
    const { store, recorder } = start();
    for (let n = 0; n < 1_000; n++) {
      recorder.record(aSecretEntry(`sec_${n}`, `key_${n}`), 'VALID', 'interact', HOUR);
    }
    const gate = Promise.withResolvers<void>();
    store.gate = gate.promise;
    const first = recorder.flushGently();
    expect(recorder.flushGently()).toBe(first);
    await settle();
    const last = recorder.flush();
    gate.resolve();
    await Promise.all([first, last]);
    expect(store.total).toBe(1_000);
    expect(recorder.depth).toBe(0);
  });

  test('does not hold up what is recorded meanwhile', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    recorder.record(secret, 'VALID', 'interact', HOUR);
    const gate = Promise.withResolvers<void>();
    store.gate = gate.promise;
    const flush = recorder.flush();
    await settle();
    for (let n = 0; n < 3; n++) recorder.record(secret, 'VALID', 'interact', HOUR);
    gate.resolve();
    await flush;
    await recorder.flush();
    expect(store.total).toBe(4);
  });
});

describe('a flush for readers', () => {
  test('writes what was recorded before, also while another one is under way', async () => {
    const { store, recorder } = start();
    const secret = aSecretEntry('sec_1', 'key_1');
    recorder.record(secret, 'VALID', 'interact', HOUR);
    const gate = Promise.withResolvers<void>();
    store.gate = gate.promise;
    const first = recorder.flushForReaders();
    await settle();
    recorder.record(secret, 'VALID', 'interact', HOUR);
    const later = Array.from({ length: 50 }, () => recorder.flushForReaders());
    gate.resolve();
    await first;
    await Promise.all(later);
    expect(store.total).toBe(2);
    // However many readers there are, one flush serves all who wait.
    expect(store.batches).toHaveLength(2);
  });

  test('fails for those who wait when nothing can be written, and works again', async () => {
    const { store, recorder } = start();
    recorder.record(aSecretEntry('sec_1'), 'VALID', 'interact', HOUR);
    store.failing = [true];
    await expect(recorder.flushForReaders()).rejects.toThrow('the database is away');
    await recorder.flushForReaders();
    expect(store.total).toBe(1);
  });
});

describe('an outage', () => {
  test('takes no more memory however many verifications of the same keys it sees', async () => {
    const { store, recorder } = start();
    const secrets = Array.from({ length: 20 }, (_, n) => aSecretEntry(`sec_${n}`));
    const depths: number[] = [];
    for (let round = 0; round < 10; round++) {
      for (const secret of secrets) recorder.record(secret, 'VALID', 'interact', HOUR + round);
      recorder.record(null, 'NOT_FOUND', 'interact', HOUR + round);
      store.failing = [true];
      await expect(recorder.flush()).rejects.toThrow(StorageError);
      depths.push(recorder.depth);
    }
    expect(depths.at(-1)).toBe(depths[1]);
    await recorder.flush();
    expect(store.total).toBe(10 * 21);
    expect(store.lastUses.get('sec_7')).toBe(HOUR + 9);
  });
});

type Step =
  | { readonly do: 'record'; readonly secret: number; readonly code: number; readonly ms: number }
  | { readonly do: 'flush'; readonly failing: boolean[] };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('record' as const),
        secret: fc.nat(3),
        code: fc.nat(verificationCodes.length - 1),
        // Now and then over the end of the hour; sometimes the clock is set back.
        ms: fc.oneof(fc.integer({ min: -HOUR_MS, max: HOUR_MS }), fc.integer({ min: 0, max: 10 })),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('flush' as const),
        failing: fc.array(fc.boolean(), { maxLength: 3 }),
      }),
    },
  ),
  { maxLength: 100, size: 'max' },
);

describe('whatever fails and whenever it is flushed', () => {
  const SECRETS = [
    aSecretEntry('sec_0', 'key_0'),
    aSecretEntry('sec_1', 'key_0'),
    aSecretEntry('sec_2', 'key_1'),
    null,
  ];

  test('every verification is counted once, and last uses are the newest', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (run) => {
        const { store, recorder } = start();
        const counts = new Map<string, number>();
        const lastUses = new Map<string, number>();
        let nowMs = HOUR;
        const flushes: Promise<unknown>[] = [];
        for (const step of run) {
          if (step.do === 'flush') {
            store.failing = [...step.failing];
            // Not awaited: the next records come while it is written.
            flushes.push(recorder.flush().catch((error: unknown) => error));
            if (step.failing.length % 2 === 0) await settle();
            continue;
          }
          nowMs += step.ms;
          const secret = SECRETS[step.secret]!;
          const code = secret === null ? 'NOT_FOUND' : verificationCodes[step.code]!;
          recorder.record(secret, code, 'interact', nowMs);
          const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
          const slot =
            code === 'NOT_FOUND' ? unknown('interact', hour) : known(secret!.key.id, hour, code);
          counts.set(slot, (counts.get(slot) ?? 0) + 1);
          if (verificationStatuses[code] === 401) continue;
          for (const id of [secret!.id, secret!.key.id]) {
            lastUses.set(id, Math.max(nowMs, lastUses.get(id) ?? 0));
          }
        }
        await Promise.all(flushes);
        store.failing = [];
        await recorder.flush();
        expect(store.counts).toEqual(counts);
        expect(store.lastUses).toEqual(lastUses);
        expect(recorder.depth).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

function foundSecret(id: string, fields: Partial<FoundSecret['secret']> = {}): FoundSecret {
  const keyId = `key_of_${id}`;
  return { secret: aSecret({ id, keyId, ...fields }), key: aKey({ id: keyId }) };
}

describe('a secret found under an old pepper', () => {
  test('is stored anew under the newest, if it still is the one that was found', async () => {
    const { store, recorder } = start();
    const tokenHash = hashToken('int_old');
    const [to, from] = peppers.digests(tokenHash);
    const found = foundSecret('sec_1', { digest: from!.digest, pepperVersion: 1 });
    recorder.redigest(found, tokenHash);
    recorder.redigest(found, tokenHash);
    expect(recorder.depth).toBe(1);
    await recorder.flush();
    expect(store.redigests).toEqual([
      { secretId: 'sec_1', from: from!.digest, to: to!.digest, pepperVersion: 2 },
    ]);
    await recorder.flush();
    expect(store.redigests).toHaveLength(1);
  });

  test('waits through an outage', async () => {
    const { store, recorder } = start();
    recorder.redigest(foundSecret('sec_1'), hashToken('int_old'));
    store.failing = [true];
    await expect(recorder.flush()).rejects.toThrow(StorageError);
    await recorder.flush();
    expect(store.redigests.map(({ secretId }) => secretId)).toEqual(['sec_1']);
  });

  test('waits for its next use when 10,000 others wait already', async () => {
    const { store, recorder } = start();
    const found = foundSecret('sec_0');
    for (let n = 0; n < 10_050; n++) {
      const secret = { ...found.secret, id: `sec_${n}` };
      recorder.redigest({ ...found, secret }, hashToken(`int_${n}`));
    }
    expect(recorder.depth).toBe(10_000);
    await recorder.flush();
    expect(store.redigests).toHaveLength(10_000);
    recorder.redigest(foundSecret('sec_10049'), hashToken('int_10049'));
    await recorder.flush();
    expect(store.redigests.at(-1)!.secretId).toBe('sec_10049');
  });
});
