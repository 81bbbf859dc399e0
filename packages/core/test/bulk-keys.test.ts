import { bulkKeysBody } from '@claviger/contract';
import { expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { createClaviger } from '../src/claviger.ts';
import { bulkKeys } from '../src/keys/bulk-keys.ts';
import type { KeyStore } from '../src/ports/key-store.ts';
import type { Storage } from '../src/ports/storage.ts';
import { systemCaller } from '../src/root-keys.ts';
import { Peppers } from '../src/tokens/digest.ts';
import { aKey } from './harness/records.ts';
import { seed, write } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

/** Does something between the reading of a page and its commit. */
function interrupted(storage: Storage, interrupt: () => Promise<unknown>): Storage {
  const { keys } = storage;
  const reading: KeyStore = Object.create(keys, {
    listKeys: {
      value: async (query: Parameters<KeyStore['listKeys']>[0]) => {
        const page = await keys.listKeys(query);
        await interrupt();
        return page;
      },
    },
    getApi: { value: (id: string) => keys.getApi(id) },
  });
  return { ...storage, keys: reading };
}

test('a key that is not meant any more when it is locked is left alone, and one that is gone as well', async () => {
  const storage = openMemoryStorage();
  const [handedOver, deleted, meant] = [1, 2, 3].map(() => aKey({ ownerId: 'user_42' }));
  await seed(storage, { keys: [handedOver!, deleted!, meant!] });
  const claviger = createClaviger({
    storage: interrupted(storage, () =>
      write(storage, async (tx) => {
        await tx.updateKey({ ...handedOver!, ownerId: 'user_43' });
        await tx.deleteKey(deleted!.id);
      }),
    ),
    peppers: new Peppers([{ version: 1, key: Buffer.alloc(32, 7) }]),
    clock: new ManualClock(),
  });
  await claviger.follower.renew();
  const body = bulkKeysBody.parse({ action: 'revoke', filter: { ownerId: 'user_42' } });

  const answer = await bulkKeys(claviger, systemCaller('test'), body);

  expect(answer).toMatchObject({ matched: 1, changed: 1, data: [{ id: meant!.id }], failed: [] });
  const kept = await storage.keys.getKey(handedOver!.id);
  expect(kept?.key).toMatchObject({ state: 'enabled', ownerId: 'user_43' });
});
