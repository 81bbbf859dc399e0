import { putApiBody, ROOT_API_ID } from '@claviger/contract';
import { expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { createClaviger } from '../src/claviger.ts';
import { createRootKey, ensureBuiltIns } from '../src/root-keys.ts';
import { Peppers } from '../src/tokens/digest.ts';
import { write } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

test('a built-in API of an earlier version is brought up to date at start, and its keys can be bound', async () => {
  const storage = openMemoryStorage();
  const earlier = putApiBody.parse({
    name: 'Claviger',
    formats: { secret: { prefix: 'clv', length: 48 } },
    permissions: [{ id: 'keys:read', name: 'Read keys', access: 'read' }],
  });
  const times = { createdAt: 1_000, updatedAt: 1_000 };
  await write(storage, (tx) => tx.putApi({ id: ROOT_API_ID, definition: earlier, ...times }));
  const claviger = createClaviger({
    storage,
    peppers: new Peppers([{ version: 1, key: Buffer.alloc(32, 7) }]),
    clock: new ManualClock(),
  });
  await claviger.follower.renew();

  await ensureBuiltIns(claviger);

  const api = await storage.keys.getApi(ROOT_API_ID);
  expect(api?.createdAt).toBe(1_000);
  expect(api?.definition.resourceTypes).toEqual([
    { id: 'api', name: 'API' },
    { id: 'organization', name: 'Organization' },
    { id: 'environment', name: 'Environment' },
  ]);
  const resources = { api: ['interact'], organization: ['acme'], environment: ['production'] };
  const { key } = await createRootKey(claviger, { name: 'Backend', resources }, 'test');
  expect(key.resources).toEqual(resources);
});
