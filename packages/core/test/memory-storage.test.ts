import { describe, expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { DatabaseInUseError } from '../src/errors.ts';
import { describeStorage } from './contract/storage.ts';
import { aKey, aSecret } from './harness/records.ts';
import { seed, write } from './harness/seed.ts';

describe('memory storage', () => {
  describeStorage(async () => openMemoryStorage());

  test('a second server cannot hold it, until the first lets go', async () => {
    const storage = openMemoryStorage();

    expect(await storage.lock.acquire()).toEqual({ predecessorMs: 0 });
    await expect(storage.lock.acquire()).rejects.toBeInstanceOf(DatabaseInUseError);
    await storage.lock.release();
    expect(await storage.lock.acquire()).toEqual({ predecessorMs: 0 });
    await storage.close();
    expect(await storage.lock.acquire()).toEqual({ predecessorMs: 0 });
  });

  test('what happens to a record after it was written stays outside', async () => {
    const storage = openMemoryStorage();
    const metadata: Record<string, unknown> = { plan: 'pro' };
    const key = aKey({ metadata });
    const secret = aSecret({ keyId: key.id });
    const digest = Buffer.from(secret.digest);
    await seed(storage, { keys: [key], secrets: [secret] });
    metadata['plan'] = 'free';
    secret.digest.fill(0);

    const found = await storage.keys.findSecret([digest]);
    expect(found).toMatchObject({ secret: { digest }, key: { metadata: { plan: 'pro' } } });
  });

  test('a work that catches a refused write goes on with what was there before', async () => {
    const storage = openMemoryStorage();
    const key = aKey({ publicKey: 'pk_1' });
    await seed(storage, { keys: [key] });
    await write(storage, async (tx) => {
      const twin = aKey({ publicKey: 'pk_1' });
      await expect(tx.insertKey(twin)).rejects.toThrow('this public key is taken');
      await tx.updateKey({ ...key, publicKey: 'pk_2' });
      await tx.insertKey(twin);
    });

    expect(await write(storage, (tx) => tx.countKeys({}))).toBe(2);
  });
});
