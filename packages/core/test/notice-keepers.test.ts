import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Key } from '@claviger/contract';
import { describe, expect, inject, test, vi } from 'vitest';
import { openPostgresStorage } from '../src/adapters/postgres/postgres-storage.ts';
import { openSqliteStorage } from '../src/adapters/sqlite/sqlite-storage.ts';
import { createClaviger, Dispatcher, Peppers, type Courier, type Parcel } from '../src/index.ts';
import { presentKey } from '../src/keys/present-key.ts';
import { newSigningSecret, sealSigningSecret } from '../src/notices/signing-secret.ts';
import type { KeyRecord } from '../src/ports/records.ts';
import type { Storage } from '../src/ports/storage.ts';
import { createDatabase } from './harness/postgres-database.ts';
import { aKey, anEvent, aWebhook, NOW } from './harness/records.ts';
import { seed, write } from './harness/seed.ts';
import { ManualClock } from './model/manual-clock.ts';

const DAY_MS = 86_400_000;
const OLD = { version: 1, key: Buffer.alloc(32, 1) };
const NEW = { version: 2, key: Buffer.alloc(32, 2) };

/** One node: it makes notices and sends them. */
function aNode(storage: Storage, clock: ManualClock, courier: Courier, peppers = [OLD]) {
  const claviger = createClaviger({ storage, peppers: new Peppers(peppers), clock, courier });
  const dispatcher = new Dispatcher(claviger, (error) => {
    throw error;
  });
  return { claviger, dispatcher };
}

/** Takes everything and remembers it. */
function collecting(): Courier & { readonly parcels: Parcel[] } {
  const parcels: Parcel[] = [];
  return {
    parcels,
    objection: () => null,
    send: async (parcel) => {
      parcels.push(parcel);
      // Long enough for others to get in between.
      await new Promise((resolve) => setImmediate(resolve));
      return { error: null, status: 200, response: null };
    },
  };
}

const shown = (key: KeyRecord): Key =>
  presentKey(
    { key, secrets: [], credits: null, lastUsedAt: null, secretLastUsedAt: new Map() },
    NOW,
  );

const opening: [string, () => Promise<{ storages: Storage[]; close: () => Promise<void> }>][] = [
  [
    'PostgreSQL',
    async () => {
      const url = await createDatabase(inject('postgresUrl'));
      const storages = [await openPostgresStorage({ url }), await openPostgresStorage({ url })];
      return {
        storages,
        close: async () => void (await Promise.all(storages.map((s) => s.close()))),
      };
    },
  ],
  [
    'SQLite',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'claviger-keepers-'));
      const storage = await openSqliteStorage({ path: join(folder, 'claviger.db') });
      const close = async () => {
        await storage.close();
        await rm(folder, { recursive: true });
      };
      return { storages: [storage, storage], close };
    },
  ],
];

describe.each(opening)('two nodes on one %s database', (_, open) => {
  test('make each notice once and send it once, whatever they do at the same time', async () => {
    const { storages, close } = await open();
    const [storage] = storages as [Storage, Storage];
    const clock = new ManualClock();
    const courier = collecting();
    const nodes = storages.map((each) => aNode(each, clock, courier));
    const sealed = (id: string) => sealSigningSecret(new Peppers([OLD]), newSigningSecret(), id);
    const webhooks = [aWebhook(), aWebhook({ events: ['key.expiring'] })];
    // More than fit into one batch.
    const keys = Array.from({ length: 210 }, () => aKey({ expiresAt: NOW + 20 * DAY_MS }));
    await seed(storage, { keys });
    await write(storage, async (tx) => {
      for (const webhook of webhooks) {
        await tx.putWebhook({ ...webhook, secret: sealed(webhook.id) });
      }
    });
    const events = keys.map((key) => {
      return anEvent({ target: { type: 'key', id: key.id }, after: shown(key) });
    });
    await storage.committer.commit(async () => ({ result: null, events, changes: [] }));

    const work = () =>
      Promise.all(
        nodes.flatMap(({ claviger, dispatcher }) => [
          claviger.notices.run(),
          claviger.notices.run(),
          dispatcher.run(),
        ]),
      );
    await work();
    clock.pass(7 * DAY_MS);
    await work();
    await work();
    await work();
    const told = courier.parcels.map(({ type, body, webhookId }) => {
      const { data } = JSON.parse(body) as { data: { keyId: string } };
      return `${type} ${data.keyId} ${webhookId}`;
    });
    const [every, few] = webhooks.map((webhook) => webhook.id);
    const wanted = keys.flatMap(({ id }) => [
      `key.created ${id} ${every}`,
      `key.expiring ${id} ${every}`,
      `key.expiring ${id} ${few}`,
    ]);
    expect(told.toSorted()).toEqual(wanted.toSorted());
    expect(await storage.notices.backlog()).toEqual({ pending: 0, dueSince: null });
    await close();
  });

  test('sign with secrets of an older pepper, and say so when that is gone', async () => {
    const { storages, close } = await open();
    const [storage] = storages as [Storage, Storage];
    const clock = new ManualClock();
    const courier = collecting();
    await seed(storage);
    const webhook = aWebhook();
    const secret = newSigningSecret();
    await write(storage, (tx) =>
      tx.putWebhook({
        ...webhook,
        secret: sealSigningSecret(new Peppers([OLD]), secret, webhook.id),
      }),
    );
    const tell = async (peppers: (typeof OLD)[]) => {
      const key = aKey();
      const event = anEvent({ target: { type: 'key', id: key.id }, after: shown(key) });
      const commit = async () => ({ result: null, events: [event], changes: [] });
      await storage.committer.commit(commit);
      const { claviger, dispatcher } = aNode(storage, clock, courier, peppers);
      await claviger.notices.run();
      await dispatcher.run();
    };
    await tell([NEW, OLD]);
    expect(courier.parcels.map(({ secrets }) => secrets)).toEqual([[secret]]);
    await tell([NEW]);
    expect(courier.parcels).toHaveLength(1);
    const query = {
      webhookId: webhook.id,
      status: 'pending',
      type: null,
      after: null,
      limit: 9,
    } as const;
    const [failed] = await storage.notices.listDeliveries(query);
    expect(failed!.attempts[0]!.error).toMatch(/^The signing secret cannot be read: the pepper/);
    await close();
  });
});

test('a keeper that is overtaken by one that got less far goes on to the end', async () => {
  const { storages, close } = await opening[1]![1]();
  const [storage] = storages as [Storage, Storage];
  const clock = new ManualClock();
  await seed(storage);
  await write(storage, (tx) => tx.putWebhook({ ...aWebhook(), secret: null }));
  const keys = [aKey(), aKey()];
  const events = keys.map((key) => {
    return anEvent({ target: { type: 'key', id: key.id }, after: shown(key) });
  });
  await storage.committer.commit(async () => ({ result: null, events, changes: [] }));
  const read = storage.audit.eventsAfter.bind(storage.audit);
  vi.spyOn(storage.audit, 'eventsAfter').mockImplementationOnce(async (after, limit) => {
    const found = await read(after, limit);
    // The other one came before the second key was made, and writes first.
    await storage.notices.follow(after, found[0]!.sequence, []);
    return found;
  });
  await aNode(storage, clock, collecting()).claviger.notices.follow();
  expect(await storage.notices.backlog()).toMatchObject({ pending: 1 });
  await close();
});

test('a node that stops lets go of what it cannot finish, and the next sends it', async () => {
  const { storages, close } = await opening[1]![1]();
  const [storage] = storages as [Storage, Storage];
  const clock = new ManualClock();
  await seed(storage);
  await write(storage, (tx) => tx.putWebhook({ ...aWebhook(), secret: null }));
  const key = aKey();
  const event = anEvent({ target: { type: 'key', id: key.id }, after: shown(key) });
  const commit = async () => ({ result: null, events: [event], changes: [] });
  await storage.committer.commit(commit);
  const hanging: Courier = {
    objection: () => null,
    send: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () =>
          resolve({ error: 'cut off', status: null, response: null }),
        );
      }),
  };
  const first = aNode(storage, clock, hanging);
  await first.claviger.notices.run();
  await first.dispatcher.pump();
  await first.dispatcher.stop(0);
  const courier = collecting();
  await aNode(storage, clock, courier).dispatcher.run();
  expect(courier.parcels).toHaveLength(1);
  await close();
});

test('the first look after an upgrade reminds of what is near, and leaves alone what is over', async () => {
  const { storages, close } = await opening[1]![1]();
  const [storage] = storages as [Storage, Storage];
  const clock = new ManualClock();
  const old = { createdAt: NOW - 60 * DAY_MS };
  const near = aKey({ ...old, expiresAt: NOW + 5 * DAY_MS });
  const others = [-1, 0, 20].map((days) => aKey({ ...old, expiresAt: NOW + days * DAY_MS }));
  await seed(storage, { keys: [near, ...others] });
  await write(storage, (tx) => tx.putWebhook({ ...aWebhook(), secret: null }));
  const courier = collecting();
  const { claviger, dispatcher } = aNode(storage, clock, courier);
  await claviger.notices.run();
  await claviger.notices.run();
  await dispatcher.run();
  const told = courier.parcels.map(({ type, body }) => [type, JSON.parse(body).data]);
  expect(told).toMatchObject([['key.expiring', { keyId: near.id, days: 7 }]]);
  await close();
});
