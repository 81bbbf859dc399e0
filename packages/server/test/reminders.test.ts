import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestKey, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { startReceiver, type Receiver } from './harness/receiver.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';
import { createWebhook, LOOPBACK_OPENED } from './harness/webhooks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(['sqlite', 'postgres'] as const)('reminders on %s', (database) => {
  let server: TestServer;
  let receiver: Receiver;

  beforeAll(async () => {
    server = await startTestServer({ database, env: LOOPBACK_OPENED });
    const body = { ...exampleApi('interact'), expiry: { remindDays: [14, 7, 1] } };
    await expectStatus(200, server.call('PUT', '/v1/apis/interact', { body }));
    await expectStatus(
      200,
      server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } }),
    );
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    receiver = await startReceiver();
    await createWebhook(server, {
      url: receiver.url,
      events: ['key.expiring', 'key.expired', 'key.overlap_ending'],
    });
    await server.sendNotices();
  });
  afterEach(async () => {
    const { body } = await server.call('GET', '/v1/webhooks');
    for (const { id } of body.data) await server.call('DELETE', `/v1/webhooks/${id}`);
    await receiver.close();
  });

  const inDays = (days: number) =>
    new Date(server.clock.now() + Math.round(days * DAY_MS)).toISOString();
  const createKey = (days: number): Promise<Answer['body']> =>
    createTestKey(server, { expiresAt: inDays(days) });
  /** What was told of the key, in order: `key.expiring 14`. */
  const told = ({ key }: Answer['body']) =>
    receiver.received
      .filter(({ notice }) => notice.data.keyId === key.id)
      .map(({ notice: { type, data } }) => [type, data.days ?? data.hours].join(' ').trim());
  const pass = async (days: number) => {
    await server.advance(Math.round(days * DAY_MS));
    await server.sendNotices();
    await server.sendNotices();
  };

  test('of an expiry come 14, 7 and 1 days before it, and when it has passed, each once', async () => {
    const made = await createKey(20);
    await pass(0);
    expect(told(made)).toEqual([]);
    await pass(5.9);
    expect(told(made)).toEqual([]);
    await pass(0.2);
    expect(told(made)).toEqual(['key.expiring 14']);
    await pass(6);
    expect(told(made)).toEqual(['key.expiring 14']);
    await pass(1);
    await pass(6);
    expect(told(made)).toEqual(['key.expiring 14', 'key.expiring 7', 'key.expiring 1']);
    await pass(1);
    await pass(1);
    expect(told(made)).toEqual([
      'key.expiring 14',
      'key.expiring 7',
      'key.expiring 1',
      'key.expired',
    ]);
    const first = receiver.received.find(({ notice }) => notice.data.keyId === made.key.id);
    expect(first!.notice.data.key).toMatchObject({
      id: made.key.id,
      expiresAt: made.key.expiresAt,
    });
  });

  test('that come late, since nobody was there, come once, for the nearest day', async () => {
    const made = await createKey(20);
    await pass(0);
    await pass(15);
    expect(told(made)).toEqual(['key.expiring 7']);
    await pass(30);
    expect(told(made)).toEqual(['key.expiring 7', 'key.expired']);
  });

  test('are not given of a key that was created so near to its end', async () => {
    const made = await createKey(5);
    await pass(0);
    expect(told(made)).toEqual([]);
    await pass(4.5);
    expect(told(made)).toEqual(['key.expiring 1']);
  });

  test('follow an expiry that is moved, and come at once when it is near by then', async () => {
    const made = await createKey(20);
    const move = async (days: number) => {
      const body = { expiresAt: inDays(days) };
      await expectStatus(200, server.call('PATCH', `/v1/keys/${made.key.id}`, { body }));
      await pass(0);
    };
    await pass(7);
    expect(told(made)).toEqual(['key.expiring 14']);
    await move(60);
    await pass(44);
    expect(told(made)).toEqual(['key.expiring 14']);
    await pass(3);
    expect(told(made)).toEqual(['key.expiring 14', 'key.expiring 14']);
    await move(3);
    expect(told(made)).toEqual(['key.expiring 14', 'key.expiring 14', 'key.expiring 7']);
    await pass(0.1);
    expect(told(made)).toHaveLength(3);
  });

  test('are not given of keys that are off, revoked or deleted, but when one is enabled again', async () => {
    const made = {
      off: await createKey(20),
      revoked: await createKey(20),
      gone: await createKey(20),
    };
    const at = ({ key }: Answer['body']) => `/v1/keys/${key.id}`;
    await expectStatus(200, server.call('POST', `${at(made.off)}/disable`));
    await expectStatus(200, server.call('POST', `${at(made.revoked)}/revoke`));
    await expectStatus(200, server.call('DELETE', at(made.gone)));
    await pass(0);
    await pass(15);
    expect([told(made.off), told(made.revoked), told(made.gone)]).toEqual([[], [], []]);
    await expectStatus(200, server.call('POST', `${at(made.off)}/enable`));
    await pass(0);
    expect(told(made.off)).toEqual(['key.expiring 7']);
    await pass(10);
    expect([told(made.revoked), told(made.gone)]).toEqual([[], []]);
  });

  test('of the end of an overlap come while the old secret is still in use', async () => {
    const used = await createTestKey(server);
    const unused = await createTestKey(server);
    const use = async ({ secret }: Answer['body']) => {
      await verify(server, secret);
      await server.claviger.recorder.flush();
    };
    await use(unused);
    await server.advance(1_000);
    for (const { key } of [used, unused]) {
      const body = { overlapSeconds: 3 * 86_400 };
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/rotate`, { body }));
    }
    await pass(0.5);
    await use(used);
    await pass(1);
    expect(told(used)).toEqual([]);
    await pass(0.6);
    expect(told(used)).toEqual(['key.overlap_ending 24']);
    await pass(0.88);
    expect(told(used)).toEqual(['key.overlap_ending 24', 'key.overlap_ending 1']);
    await pass(1);
    expect(told(used)).toHaveLength(2);
    expect(told(unused)).toEqual([]);
    const { data } = receiver.received.at(-1)!.notice;
    expect(data).toMatchObject({ secretId: used.key.secrets[0].id, hours: 1 });
    expect(data.lastUsedAt < data.endsAt).toBe(true);
  });

  test('are neither lost nor doubled when the clock is set back', async () => {
    const made = await createKey(20);
    await pass(0);
    await pass(7);
    await pass(-3);
    const second = await createTestKey(server, { expiresAt: inDays(15) });
    await pass(0);
    await pass(3);
    expect(told(made)).toEqual(['key.expiring 14']);
    expect(told(second)).toEqual(['key.expiring 14']);
    await pass(6.1);
    expect(told(made)).toEqual(['key.expiring 14', 'key.expiring 7']);
  });
});
