import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';
import { aDigest, aKey, aSecret } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

export function describePepperRegister(open: () => Promise<Storage>): void {
  describe('pepper register', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    const known = async () =>
      (await storage.peppers.known()).toSorted((a, b) => a.version - b.version);

    test('it begins empty', async () => {
      expect(await storage.peppers.known()).toEqual([]);
      expect(await storage.peppers.isInUse(1)).toBe(false);
    });

    test('peppers are added once, and one that is known keeps its fingerprint', async () => {
      await storage.peppers.add([{ version: 2, fingerprint: 'bb' }]);
      await storage.peppers.add([
        { version: 1, fingerprint: 'aa' },
        { version: 2, fingerprint: 'cc' },
      ]);
      await storage.peppers.add([]);

      expect(await known()).toEqual([
        { version: 1, fingerprint: 'aa' },
        { version: 2, fingerprint: 'bb' },
      ]);
    });

    test('a pepper is in use as long as a secret is stored under it', async () => {
      const key = aKey();
      const ended = aSecret({ keyId: key.id, pepperVersion: 1, endedAt: 1 });
      const other = aSecret({ keyId: key.id, pepperVersion: 1 });
      await seed(storage, { keys: [key], secrets: [ended, other] });
      const inUse = () => Promise.all([1, 2, 3].map((version) => storage.peppers.isInUse(version)));

      expect(await inUse()).toEqual([true, false, false]);
      const change = { secretId: other.id, from: other.digest, to: aDigest(), pepperVersion: 2 };
      await recordUsage(storage, { redigests: [change] });
      expect(await inUse()).toEqual([true, true, false]);
      await write(storage, (tx) => tx.deleteSecret(ended.id));
      expect(await inUse()).toEqual([false, true, false]);
      await write(storage, (tx) => tx.deleteKey(key.id));
      expect(await inUse()).toEqual([false, false, false]);
    });
  });
}
