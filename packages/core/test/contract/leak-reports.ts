import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LeakReport } from '../../src/ports/committer.ts';
import type { SecretRecord } from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, aSecret, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

export function describeLeakReports(open: () => Promise<Storage>): void {
  describe('leak reports', () => {
    let storage: Storage;
    let secret: SecretRecord;
    beforeEach(async () => {
      storage = await open();
      const key = aKey();
      secret = aSecret({ keyId: key.id });
      await seed(storage, { keys: [key], secrets: [secret] });
    });
    afterEach(() => storage.close());

    const note = (
      at: number,
      unlessAfter: number,
      secretId = secret.id,
      reporter: LeakReport['reporter'] = 'anyone',
    ) => write(storage, (tx) => tx.noteLeak({ secretId, reporter }, at, unlessAfter));

    test('one is noted, and none after it until it is old', async () => {
      expect(await note(NOW, NOW - 10)).toBe(true);
      expect(await note(NOW + 5, NOW - 5)).toBe(false);
      expect(await note(NOW + 9, NOW - 1)).toBe(false);
      expect(await note(NOW + 10, NOW)).toBe(true);
      // From the newest on.
      expect(await note(NOW + 19, NOW + 9)).toBe(false);
      expect(await note(NOW + 20, NOW + 10)).toBe(true);
    });

    test('each secret has its own', async () => {
      const other = aSecret({ keyId: secret.keyId });
      await write(storage, (tx) => tx.insertSecret(other));
      expect(await note(NOW, NOW - 10)).toBe(true);
      expect(await note(NOW, NOW - 10, other.id)).toBe(true);
      expect(await note(NOW, NOW - 10, other.id)).toBe(false);
    });

    test('each reporter has its own, and both go with the secret', async () => {
      const byGithub = () => note(NOW, NOW - 10, secret.id, 'github');
      expect(await note(NOW, NOW - 10)).toBe(true);
      expect(await byGithub()).toBe(true);
      expect(await byGithub()).toBe(false);
      await write(storage, (tx) => tx.deleteSecret(secret.id));
      await write(storage, (tx) => tx.insertSecret(secret));
      expect([await note(NOW, NOW - 10), await byGithub()]).toEqual([true, true]);
    });

    test('of works that are committed together, one notes it', async () => {
      const noted = await Promise.all([1, 2, 3].map((late) => note(NOW + late, NOW - 10)));
      expect(noted.toSorted()).toEqual([false, false, true]);
    });

    test('it is not there when the work that noted it fails', async () => {
      const failing = write(storage, async (tx) => {
        await tx.noteLeak({ secretId: secret.id, reporter: 'anyone' }, NOW, NOW - 10);
        throw new Error('the work failed');
      });
      await expect(failing).rejects.toThrow('the work failed');
      expect(await note(NOW, NOW - 10)).toBe(true);
    });

    test('it goes with its secret, alone or with its key', async () => {
      await note(NOW, NOW - 10);
      await write(storage, (tx) => tx.deleteSecret(secret.id));
      await write(storage, (tx) => tx.insertSecret(secret));
      expect(await note(NOW, NOW - 10)).toBe(true);
      await write(storage, (tx) => tx.deleteKey(secret.keyId));
      await expect(note(NOW, NOW - 10)).rejects.toThrow();
    });
  });
}
