import type { ReportLeaks } from '@claviger/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { createClaviger, type Claviger } from '../src/claviger.ts';
import { OverloadedError, RateLimitedError, StorageError } from '../src/errors.ts';
import type { KeyStore } from '../src/ports/key-store.ts';
import { hashToken, Peppers } from '../src/tokens/digest.ts';
import { generateToken } from '../src/tokens/generate-token.ts';
import { aKey, aSecret, anApi } from './harness/records.ts';
import { seed } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

const MINUTE_MS = 60_000;
const aToken = () => generateToken({ prefix: 'int', length: 48 }, 'production');

/** A storage whose look-ups can be made to fail, and that counts them. */
async function openWorld() {
  const storage = openMemoryStorage();
  const peppers = new Peppers([{ version: 1, key: Buffer.alloc(32, 7) }]);
  const token = aToken();
  const key = aKey();
  const { digest, pepperVersion } = peppers.digest(hashToken(token));
  const secret = aSecret({ keyId: key.id, digest, pepperVersion });
  const definition = { ...anApi().definition, onLeak: { action: 'revoke' } as const };
  await seed(storage, { apis: [anApi({ definition })], keys: [key], secrets: [secret] });

  let failure: (() => Error) | null = null;
  let lookUps = 0;
  const keys: KeyStore = Object.create(storage.keys, {
    getApi: { value: (id: string) => storage.keys.getApi(id) },
    getOrganization: { value: (id: string) => storage.keys.getOrganization(id) },
    listApis: { value: (query: never) => storage.keys.listApis(query) },
    findSecret: {
      value: async (digests: readonly Buffer[]) => {
        lookUps++;
        if (failure !== null) throw failure();
        return storage.keys.findSecret(digests);
      },
    },
  });
  const clock = new ManualClock();
  const claviger = createClaviger({ storage: { ...storage, keys }, peppers, clock });
  await claviger.follower.renew();
  return {
    claviger,
    clock,
    token,
    fail: (make: (() => Error) | null) => {
      failure = make;
    },
    lookUps: () => lookUps,
    state: async () => (await storage.keys.getKey(key.id))?.key.state,
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;

describe('the desk for leaked keys', () => {
  let world: World;
  let leaks: Claviger['leaks'];
  beforeEach(async () => {
    world = await openWorld();
    ({ leaks } = world.claviger);
  });

  const accept = (tokens: string[], ip = '203.0.113.7') =>
    leaks.accept({ tokens } as ReportLeaks, { ip, requestId: null });

  test('looks nothing up before the report is answered', async () => {
    accept([world.token]);
    await new Promise(setImmediate);
    expect(world.lookUps()).toBe(0);
    await leaks.work();
    expect(world.lookUps()).toBe(1);
    expect(await world.state()).toBe('revoked');
  });

  test('looks up nothing that cannot be a key', async () => {
    const mistyped = `${world.token.slice(0, -1)}${world.token.endsWith('x') ? 'y' : 'x'}`;
    accept(['nonsense', mistyped, 'int_', '']);
    await leaks.work();
    expect(world.lookUps()).toBe(0);
  });

  test('keeps what it cannot look up while the database is away', async () => {
    accept([world.token]);
    world.fail(() => new StorageError('away'));
    await expect(leaks.work()).rejects.toThrow(StorageError);
    await expect(leaks.work()).rejects.toThrow(StorageError);
    expect(await world.state()).toBe('enabled');
    world.fail(null);
    await leaks.work();
    expect(await world.state()).toBe('revoked');
  });

  test('goes on after a report that it cannot work off', async () => {
    accept([aToken()]);
    accept([world.token]);
    world.fail(() => new TypeError('a fault of ours'));
    await expect(leaks.work()).rejects.toThrow(TypeError);
    world.fail(null);
    await leaks.work();
    expect(await world.state()).toBe('revoked');
  });

  test('misses nothing that comes while it works', async () => {
    accept([aToken()]);
    const working = leaks.work();
    accept([world.token]);
    expect(leaks.work()).toBe(working);
    await working;
    expect(await world.state()).toBe('revoked');
    await leaks.work();
  });

  test('lets 5,000 tokens wait, and takes more when they have been worked off', async () => {
    const fill = () => {
      for (let minute = 0; minute < 6; minute++) {
        for (let address = 1; address <= 12; address++) {
          accept(
            Array.from({ length: 100 }, (_, n) => `${minute} ${address} ${n}`),
            `203.0.113.${address}`,
          );
        }
        world.clock.pass(MINUTE_MS);
      }
    };
    expect(fill).toThrow(OverloadedError);
    await leaks.work();
    world.clock.pass(MINUTE_MS);
    accept(['one more']);
    await leaks.work();
  });

  test('says how long to wait when an address, or everybody together, has sent too much', () => {
    const some = Array.from({ length: 100 }, (_, n) => String(n));
    expect(accept(some).limits).toEqual([
      { name: 'leak-reports', limit: 120, windowSeconds: 60, remaining: 20, resetSeconds: 60 },
    ]);
    const refusal = () => {
      try {
        accept(some);
      } catch (error) {
        return error as RateLimitedError;
      }
      throw new Error('it was admitted');
    };
    world.clock.pass(1);
    expect(refusal()).toBeInstanceOf(RateLimitedError);
    expect(refusal()).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
    world.clock.pass(MINUTE_MS - 2);
    expect(refusal().retryAfterSeconds).toBe(1);
    world.clock.pass(1);
    accept(some);
  });

  test('counts an address in whatever form it comes', () => {
    const some = Array.from({ length: 100 }, (_, n) => String(n));
    accept(some, '::ffff:203.0.113.9');
    expect(() => accept(some, '203.0.113.9')).toThrow(RateLimitedError);
    accept(some, '203.0.113.10');
  });
});
