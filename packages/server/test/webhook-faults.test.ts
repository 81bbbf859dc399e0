import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditOf } from './harness/audit.ts';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus } from './harness/fixtures.ts';
import { startReceiver, type Receiver } from './harness/receiver.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';
import { createWebhook, deliveriesTo, isSignedWith, LOOPBACK_OPENED } from './harness/webhooks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe.each(['sqlite', 'postgres'] as const)('a receiver in trouble, on %s', (database) => {
  let server: TestServer;
  let receiver: Receiver;
  let webhookId: string;
  let secret: string;

  beforeEach(async () => {
    receiver = await startReceiver();
    server = await startTestServer({
      database,
      env: { ...LOOPBACK_OPENED, CLAVIGER_WEBHOOK_TIMEOUT_SECONDS: '1' },
    });
    await defineApi(server, 'interact');
    await listenAt(receiver.url);
  });
  afterEach(async () => {
    await receiver.close();
    await server.stop();
  });

  const listenAt = async (url: string) => {
    const made = await createWebhook(server, { url, events: ['key.created'] });
    webhookId = made.webhook.id;
    secret = made.secret;
  };
  const send = async () => {
    await createTestKey(server);
    await server.sendNotices();
  };
  const delivery = async (): Promise<Answer['body']> => (await deliveriesTo(server, webhookId))[0];
  const lastError = async () => (await delivery()).attempts.at(-1).error;
  const webhook = async () => (await server.call('GET', `/v1/webhooks/${webhookId}`)).body;
  /** Until the next attempt is due; answers how long it was. */
  const wait = async () => {
    const { nextAttemptAt } = await delivery();
    const ms = Date.parse(nextAttemptAt) - server.clock.now();
    await server.advance(ms);
    await server.sendNotices();
    return ms;
  };

  test('is tried again after ever longer pauses, for a day, under one id and with a new time', async () => {
    receiver.answer(500);
    await send();
    const pauses: number[] = [];
    while ((await delivery()).status === 'pending') pauses.push(await wait());

    const least = [5_000, 5 * MINUTE_MS, 30 * MINUTE_MS, ...[2, 5, 8, 8].map((h) => h * HOUR_MS)];
    expect(pauses).toHaveLength(least.length);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(least[index]!);
      expect(pause).toBeLessThanOrEqual(least[index]! * 1.1);
    }
    const { attempts, status } = await delivery();
    expect(status).toBe('failed');
    expect(attempts).toHaveLength(8);
    expect(attempts[0]).toMatchObject({
      status: 500,
      error: 'It answered 500; what is taken has to be answered with 2xx.',
      response: 'says 500',
    });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(
      8,
    );
    for (const request of receiver.received) expect(isSignedWith(secret, request)).toBe(true);
  });

  test('that recovers gets what it missed', async () => {
    receiver.answer(503);
    await send();
    expect((await webhook()).failingSince).toMatch(/Z$/);
    receiver.answer(204);
    await wait();
    expect(await delivery()).toMatchObject({
      status: 'delivered',
      attempts: [{}, { status: 204 }],
    });
    expect((await webhook()).failingSince).toBeNull();
    await server.advance(24 * HOUR_MS);
    await server.sendNotices();
    expect(receiver.received).toHaveLength(2);
  });

  test('that asks for time gets it, within bounds', async () => {
    const asking = (value: string, status = 429) =>
      receiver.answer((_, response) => response.writeHead(status, { 'retry-after': value }).end());
    asking('120');
    await send();
    expect(await wait()).toBe(120_000);
    asking('999999999');
    expect(await wait()).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    expect(await wait()).toBe(12 * HOUR_MS);
  });

  test('that is gone is left alone from then on, and says so', async () => {
    receiver.answer(410);
    const events = await auditOf(server, send);
    expect(await webhook()).toMatchObject({
      enabled: false,
      disabledReason: 'It answered 410 Gone: nothing is wanted there any more.',
    });
    expect(await delivery()).toMatchObject({ status: 'failed' });
    expect(events.at(-1)).toMatchObject({
      action: 'webhook.disabled',
      actor: { type: 'system', id: 'notices' },
      target: { type: 'webhook', id: webhookId },
    });
    await send();
    expect(receiver.received).toHaveLength(1);
    expectProblem(await server.call('POST', `/v1/webhooks/${webhookId}/test`), 'WEBHOOK_DISABLED');
    const body = { enabled: true };
    const on = await expectStatus(200, server.call('PATCH', `/v1/webhooks/${webhookId}`, { body }));
    expect(on.body.webhook).toMatchObject({ enabled: true, disabledReason: null });
    receiver.answer(200);
    await send();
    expect(receiver.received).toHaveLength(2);
  });

  test('that fails for days is switched off', async () => {
    receiver.answer(500);
    for (let day = 0; day < 6; day++) {
      expect((await webhook()).enabled).toBe(true);
      await send();
      await server.advance(24 * HOUR_MS);
    }
    expect(await webhook()).toMatchObject({
      enabled: false,
      disabledReason: expect.stringMatching(/^Every attempt since .+Z failed, the last one with: /),
    });
  });

  test('that redirects is not followed', async () => {
    const other = await startReceiver();
    receiver.answer((_, response) => response.writeHead(302, { location: other.url }).end());
    await send();
    expect(await lastError()).toMatch(/^It answered 302: redirects are not followed\./);
    expect(other.received).toEqual([]);
    await other.close();
  });

  test('that answers without end is read to 1 KiB, and what it takes counts', async () => {
    receiver.answer((_, response) => {
      response.writeHead(200);
      const pour = () => {
        while (response.write('é'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    await send();
    const { status, attempts } = await delivery();
    expect(status).toBe('delivered');
    expect(attempts[0].response).toBe('é'.repeat(512));
  });

  test('that answers garbage, resets, hangs or is away has failed, and how is said', async () => {
    const broken = createServer((socket) => socket.resume().end('garbage\r\n\r\n'));
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as AddressInfo;
    await listenAt(`http://127.0.0.1:${port}/`);
    await send();
    expect(await lastError()).toMatch(/^What was answered is not HTTP/);
    await new Promise((resolve) => broken.close(resolve));
    await send();
    expect(await lastError()).toBe('The connection was refused: nothing listens there.');

    await listenAt(receiver.url);
    receiver.answer((request) => request.socket.resetAndDestroy());
    await send();
    expect(await lastError()).toBe('The connection was closed before there was an answer.');
    receiver.answer(() => undefined);
    await send();
    expect(await lastError()).toBe('There was no answer within 1 s.');
    await listenAt('https://no-such-host.invalid/');
    await send();
    expect(await lastError()).toMatch(/^The name of the host cannot be resolved/);
  });

  test('does not keep others waiting', async () => {
    const held: (() => void)[] = [];
    receiver.answer((_, response) => held.push(() => response.end()));
    const other = await startReceiver();
    await createWebhook(server, { url: other.url, events: ['key.created'] });
    await createTestKey(server);
    await createTestKey(server);
    await server.claviger.notices.run();
    const got = Promise.withResolvers<void>();
    other.answer((_, response) => {
      response.end();
      if (other.received.length === 2) got.resolve();
    });
    const sending = server.sendNotices();
    await got.promise;
    expect(receiver.received.length).toBeLessThanOrEqual(1);
    receiver.answer(200);
    for (const release of held) release();
    await sending;
    expect(
      (await deliveriesTo(server, webhookId)).map(({ status }: Answer['body']) => status),
    ).toEqual(['delivered', 'delivered']);
    await other.close();
  });
});

test('what a server was sending when it ended is sent again by the next, under the same id', async () => {
  // The claim lapses by the clock: the database says that somebody sends it, and nobody does.
  await using receiver = await startReceiver();
  await using server = await startTestServer({ env: LOOPBACK_OPENED });
  await defineApi(server, 'interact');
  const { webhook } = await createWebhook(server, { url: receiver.url, events: ['key.created'] });
  await createTestKey(server);
  await server.claviger.notices.run();
  const { notices } = server.claviger.storage;
  const nowMs = server.clock.now();
  const claimed = await notices.claim(nowMs, nowMs + 120_000, 8);
  const byBackground = receiver.received.length;
  expect(claimed.length + byBackground).toBe(1);
  await server.sendNotices();
  expect(receiver.received).toHaveLength(byBackground);
  await server.advance(120_000);
  await server.sendNotices();
  const [delivery] = await deliveriesTo(server, webhook.id);
  expect(delivery.status).toBe('delivered');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    delivery.noticeId,
  ]);
});
