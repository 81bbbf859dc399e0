import { ClavigerClient, ClavigerError } from '@claviger/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver, type Receiver } from '../../server/test/harness/receiver.ts';
import { startTestServer, type TestServer } from '../../server/test/harness/test-server.ts';
import { isSignedWith, LOOPBACK_OPENED } from '../../server/test/harness/webhooks.ts';

let server: TestServer;
let receiver: Receiver;
let client: ClavigerClient;

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer({ env: LOOPBACK_OPENED });
  client = new ClavigerClient({ baseUrl: server.url, key: server.rootKey });
  await client.organizations.put('acme', { name: 'Acme' });
});
afterAll(async () => {
  await receiver.close();
  await server.stop();
});

test('every operation about webhooks has a method that does it', async () => {
  const { webhooks } = client;
  const created = await webhooks.create({ url: receiver.url, organizationId: 'acme' });
  const { id } = created.webhook;
  expect(await webhooks.get(id)).toEqual(created.webhook);
  expect((await webhooks.list({ organizationId: 'acme' })).data).toEqual([created.webhook]);
  const { webhook } = await webhooks.update(id, { events: ['key.leaked'], description: 'On call' });
  expect(webhook).toMatchObject({ events: ['key.leaked'], description: 'On call' });
  const rotated = await webhooks.rotateSecret(id, { overlapSeconds: 60 });
  expect(rotated.webhook.oldSecretExpiresAt).toMatch(/Z$/);

  const { delivery } = await webhooks.test(id);
  await server.sendNotices();
  for (const secret of [created.secret, rotated.secret]) {
    expect(isSignedWith(secret ?? '', receiver.received.at(-1)!)).toBe(true);
  }
  expect(await webhooks.delivery(id, delivery.id)).toMatchObject({ status: 'delivered' });
  await webhooks.redeliver(id, delivery.id);
  await server.sendNotices();
  expect(receiver.received).toHaveLength(2);
  const found = [];
  for await (const each of webhooks.deliveries(id, { status: 'delivered', limit: 1 })) {
    found.push(each.id);
  }
  expect(found).toEqual([delivery.id]);
  expect(await webhooks.delete(id)).toEqual({ id, deleted: true });
  const gone = await webhooks.get(id).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(ClavigerError);
  expect((gone as ClavigerError).code).toBe('WEBHOOK_NOT_FOUND');
});
