import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus } from './harness/fixtures.ts';
import { startReceiver, type Receiver } from './harness/receiver.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';
import { createWebhook, deliveriesTo, isSignedWith, LOOPBACK_OPENED } from './harness/webhooks.ts';

describe.each(['sqlite', 'postgres'] as const)('webhooks on %s', (database) => {
  let server: TestServer;
  let receiver: Receiver;

  beforeAll(async () => {
    server = await startTestServer({ database, env: LOOPBACK_OPENED, nowMs: Date.now() });
    await defineApi(server, 'interact');
    await expectStatus(
      200,
      server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex' } }),
    );
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    const { body } = await server.call('GET', '/v1/webhooks');
    for (const { id } of body.data) await server.call('DELETE', `/v1/webhooks/${id}`);
    await receiver.close();
  });

  test('a receiver gets what happens to a key, and can check who sent it', async () => {
    const { webhook, secret } = await createWebhook(server, { url: receiver.url });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { key } = await createTestKey(server);
    await server.sendNotices();

    const [request] = receiver.received;
    expect(receiver.received).toHaveLength(1);
    expect(new Webhook(secret).verify(request!.body, { ...request!.headers })).toEqual({
      type: 'key.created',
      timestamp: key.createdAt,
      data: { keyId: key.id, key, actor: { type: 'rootKey', id: expect.stringMatching(/^key_/) } },
    });
    const [delivery, ...others] = await deliveriesTo(server, webhook.id);
    expect(others).toEqual([]);
    expect(delivery).toEqual({
      id: expect.stringMatching(/^dlv_/),
      webhookId: webhook.id,
      noticeId: request!.headers['webhook-id'],
      type: 'key.created',
      status: 'delivered',
      nextAttemptAt: null,
      attempts: [
        { at: expect.any(String), status: 200, error: null, durationMs: 0, response: 'ok' },
      ],
      createdAt: expect.any(String),
    });
  });

  test('every deed is told as what it is', async () => {
    await createWebhook(server, { url: receiver.url });
    const { key } = await createTestKey(server);
    const path = `/v1/keys/${key.id}`;
    await expectStatus(200, server.call('PATCH', path, { body: { name: 'Another scheduler' } }));
    for (const action of ['rotate', 'regenerate', 'disable', 'enable', 'revoke']) {
      await expectStatus(200, server.call('POST', `${path}/${action}`));
    }
    await expectStatus(200, server.call('DELETE', path));
    await server.sendNotices();

    const told = receiver.received.map(({ notice }) => notice);
    expect(told.map(({ type }) => type).toSorted()).toEqual([
      'key.created',
      'key.deleted',
      'key.disabled',
      'key.enabled',
      'key.regenerated',
      'key.revoked',
      'key.rotated',
      'key.updated',
    ]);
    const updated = told.find(({ type }) => type === 'key.updated');
    expect(updated.data).toMatchObject({ changed: ['name'], key: { name: 'Another scheduler' } });
    expect(told.find(({ type }) => type === 'key.deleted').data.key.id).toBe(key.id);
    for (const { data } of told) expect(JSON.stringify(data)).not.toContain('digest');
  });

  test('it gets the types it takes, about the place it is for, and only while it is on', async () => {
    const few = await createWebhook(server, { url: receiver.url, events: ['key.revoked'] });
    const elsewhere = await createWebhook(server, { url: receiver.url, organizationId: 'globex' });
    const off = await createWebhook(server, { url: receiver.url });
    const disabled = server.call('PATCH', `/v1/webhooks/${off.webhook.id}`, {
      body: { enabled: false },
    });
    await expectStatus(200, disabled);
    const { key } = await createTestKey(server);
    await createTestKey(server, { organizationId: 'globex' });
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`));
    await server.sendNotices();

    const types = async (id: string) =>
      (await deliveriesTo(server, id)).map(({ type }: { type: string }) => type);
    expect(await types(few.webhook.id)).toEqual(['key.revoked']);
    expect(await types(elsewhere.webhook.id)).toEqual(['key.created']);
    expect(await types(off.webhook.id)).toEqual([]);
    expect(
      receiver.received.map(({ notice }) => notice.data.key.organizationId).toSorted(),
    ).toEqual(['acme', 'globex']);
  });

  test('after a rotation both secrets sign, until the overlap ends', async () => {
    const { webhook, secret: old } = await createWebhook(server, { url: receiver.url });
    const path = `/v1/webhooks/${webhook.id}`;
    const body = { overlapSeconds: 60 };
    const rotated = await expectStatus(200, server.call('POST', `${path}/rotate-secret`, { body }));
    const { secret } = rotated.body;
    expect(secret).not.toBe(old);
    expect(rotated.body.webhook.oldSecretExpiresAt).toMatch(/Z$/);
    const testNow = async () => {
      await expectStatus(202, server.call('POST', `${path}/test`));
      await server.sendNotices();
      return receiver.received.at(-1)!;
    };

    const during = await testNow();
    expect(during.notice).toMatchObject({
      type: 'webhook.test',
      data: { webhook: { id: webhook.id } },
    });
    expect([isSignedWith(old, during), isSignedWith(secret, during)]).toEqual([true, true]);
    await server.advance(60_000);
    const after = await testNow();
    expect([isSignedWith(old, after), isSignedWith(secret, after)]).toEqual([false, true]);
    expect((await server.call('GET', path)).body.oldSecretExpiresAt).toBeNull();
  });

  test('a notice is sent again under the id it had, when somebody asks for it', async () => {
    const { webhook } = await createWebhook(server, { url: receiver.url });
    await createTestKey(server);
    await server.sendNotices();
    const [{ id }] = await deliveriesTo(server, webhook.id);
    const path = `/v1/webhooks/${webhook.id}/deliveries/${id}`;
    const again = await expectStatus(202, server.call('POST', `${path}/redeliver`));
    expect(again.body.delivery).toMatchObject({ id, status: 'pending' });
    await server.sendNotices();

    const [first, second, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
    const read = await expectStatus(200, server.call('GET', path));
    expect(read.body).toMatchObject({ status: 'delivered', attempts: [{}, {}] });
    const filtered = (query: string) =>
      server.call('GET', `/v1/webhooks/${webhook.id}/deliveries?${query}`);
    expect((await filtered('status=delivered&type=key.created')).body.data).toHaveLength(1);
    expect((await filtered('status=failed')).body.data).toEqual([]);
  });

  test('a change of a webhook is in the audit log, without its secrets', async () => {
    const secrets: string[] = [];
    const events = await auditOf(server, async () => {
      const { webhook, secret } = await createWebhook(server, {
        url: receiver.url,
        organizationId: 'acme',
        description: 'On call',
      });
      const path = `/v1/webhooks/${webhook.id}`;
      const body = { events: ['key.leaked'] };
      await expectStatus(200, server.call('PATCH', path, { body }));
      await expectStatus(200, server.call('PATCH', path, { body }));
      const rotated = await expectStatus(200, server.call('POST', `${path}/rotate-secret`));
      await expectStatus(200, server.call('DELETE', path));
      secrets.push(secret, rotated.body.secret);
    });

    expect(events.map(({ action }) => action)).toEqual([
      'webhook.created',
      'webhook.updated',
      'webhook.secret_rotated',
      'webhook.deleted',
    ]);
    for (const event of events) {
      expect(event.target).toMatchObject({ type: 'webhook', organizationId: 'acme' });
    }
    for (const secret of secrets) expect(JSON.stringify(events)).not.toContain(secret);
    expect(events[1]).toMatchObject({
      before: { events: ['*'] },
      after: { events: ['key.leaked'] },
    });
  });

  test('a webhook is created once for one Idempotency-Key, and its secret is shown again', async () => {
    const create = () =>
      server.call('POST', '/v1/webhooks', {
        headers: { 'idempotency-key': `once-${database}` },
        body: { url: receiver.url },
      });
    const first = await expectStatus(201, create());
    const second = await expectStatus(201, create());
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    expect((await server.call('GET', '/v1/webhooks')).body.data).toHaveLength(1);
    await server.advance(11 * 60_000);
    expectProblem(await create(), 'SECRET_NO_LONGER_AVAILABLE', { detail: /rotate the secret of/ });
  });

  test('a bound root key sees and makes what lies within its bounds', async () => {
    const resources = { organization: ['acme'] };
    const permissions = ['webhooks:read', 'webhooks:write'];
    const { secret: key } = await createRootKey(server, { permissions, resources });
    const create = (fields: object) =>
      server.call('POST', '/v1/webhooks', { key, body: { url: receiver.url, ...fields } });
    const unbound = await createWebhook(server, { url: receiver.url });
    const own = await expectStatus(201, create({ organizationId: 'acme' }));

    expectProblem(await create({}), 'BEYOND_OWN_RIGHTS');
    expectProblem(await create({ organizationId: 'globex' }), 'ORGANIZATION_NOT_FOUND');
    expectProblem(await create({ organizationId: 'acme', apiId: 'nothing' }), 'API_NOT_FOUND');
    const listed = await server.call('GET', '/v1/webhooks', { key });
    expect(listed.body.data).toEqual([own.body.webhook]);
    const path = `/v1/webhooks/${unbound.webhook.id}`;
    expectProblem(await server.call('GET', path, { key }), 'WEBHOOK_NOT_FOUND');
    expectProblem(await server.call('GET', `${path}/deliveries`, { key }), 'WEBHOOK_NOT_FOUND');
    expect((await server.call('GET', '/v1/webhooks?organizationId=globex')).body.data).toEqual([]);
  });

  test('there is a limit to the webhooks of one organization', async () => {
    const body = { url: receiver.url, organizationId: 'globex' };
    for (let made = 0; made < 50; made++) await createWebhook(server, body);
    const refused = await server.call('POST', '/v1/webhooks', { body });
    expectProblem(refused, 'WEBHOOK_LIMIT_REACHED');
    await createWebhook(server, { ...body, organizationId: 'acme' });
  });

  test('an address that nothing can be sent to is refused, and why is said', async () => {
    const create = (url: string) => server.call('POST', '/v1/webhooks', { body: { url } });
    const refusals: [string, RegExp][] = [
      ['ftp://example.com', /^must be an https address/],
      ['not an address', /^must be an https address/],
      ['https://exa\nmple.com/', /^must be an https address/],
      ['https://user:pass@example.com/', /^must not hold a user name/],
      ['https://example.com/#part', /^must not have a fragment/],
      ['https://10.0.0.1/', /^is at an address that is not public/],
      ['https://[::1]/', /^is at an address that is not public/],
      ['https://[::ffff:10.0.0.1]/', /^is at an address that is not public/],
      ['https://0xa9fea9fe/', /^is at an address that is not public/],
      ['http://93.184.215.14/', /^is at an address that is not public/],
      ['mailto:ops@example.com', /^cannot be a mailto address/],
    ];
    for (const [url, message] of refusals) {
      const answer = await create(url);
      expectFaults(answer, { pointer: '/url', message: expect.stringMatching(message) as string });
    }
    const { webhook } = await createWebhook(server, { url: receiver.url });
    const patched = await server.call('PATCH', `/v1/webhooks/${webhook.id}`, {
      body: { url: 'mailto:ops@example.com' },
    });
    expectFaults(patched, {
      pointer: '/url',
      message: 'must stay an https address; create another webhook for the other kind',
    });
  });

  test('a leak that was recorded is told with where it was found, and not with who reported it', async () => {
    const { key } = await createTestKey(server);
    await createWebhook(server, { url: receiver.url, events: ['key.leaked'], apiId: 'interact' });
    const found = {
      action: 'revoke',
      reporter: 'anyone',
      source: 'paste site',
      url: 'https://example.com/42',
      note: null,
      hint: key.hint,
    };
    const event = {
      id: `evt_leak_${database}`,
      at: server.clock.now(),
      actor: { type: 'system', id: 'leak-report' },
      action: 'key.leak_reported',
      target: { type: 'key', id: key.id },
      before: null,
      after: { ...found, secretId: key.secrets[0].id, ip: '198.51.100.7' },
      ip: '198.51.100.7',
      requestId: null,
    } as const;
    const commit = async () => ({ result: null, events: [event], changes: [] });
    await server.claviger.storage.committer.commit(commit);
    await server.sendNotices();

    const [told, ...more] = receiver.received.map(({ notice }) => notice);
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      type: 'key.leaked',
      data: { keyId: key.id, key: { id: key.id } },
    });
    expect(told.data.leak).toEqual({ ...found, secretId: key.secrets[0].id });
  });

  test('what was sent is forgotten after 30 days', async () => {
    const { webhook } = await createWebhook(server, { url: receiver.url });
    await createTestKey(server);
    await server.sendNotices();
    await server.advance(29 * 86_400_000);
    await server.claviger.notices.forgetOld();
    expect(await deliveriesTo(server, webhook.id)).toHaveLength(1);
    await server.advance(86_400_000);
    await server.claviger.notices.forgetOld();
    expect(await deliveriesTo(server, webhook.id)).toEqual([]);
  });

  test('no signing secret is in the log or, in clear, in the database', async () => {
    const { webhook, secret } = await createWebhook(server, { url: receiver.url });
    await expectStatus(202, server.call('POST', `/v1/webhooks/${webhook.id}/test`));
    await server.sendNotices();
    const { storage } = server.claviger;
    const stored = JSON.stringify(await storage.webhooks.get(webhook.id));
    const bare = secret.slice('whsec_'.length);
    expect(stored).toContain('"pepperVersion":');
    expect([stored, ...server.logLines].join('\n')).not.toContain(bare);
    const files = readdirSync(server.folder).map((name) =>
      readFileSync(join(server.folder, name), 'latin1'),
    );
    expect(files.filter((text) => text.includes(bare))).toEqual([]);
  });

  test('metrics tell how many wait, for how long, and how attempts ended', async () => {
    await createWebhook(server, { url: receiver.url });
    receiver.answer(500);
    await createTestKey(server);
    await server.sendNotices();
    const metrics = async (name: string) =>
      new RegExp(`^${name} (.+)$`, 'm').exec((await server.call('GET', '/metrics')).text)?.[1];

    expect(await metrics('claviger_webhook_deliveries_pending')).toBe('1');
    expect(
      Number(
        await metrics(
          'claviger_webhook_attempts_total{result="failed"}'.replaceAll(/[{}"]/g, '\\$&'),
        ),
      ),
    ).toBeGreaterThan(0);
    expect(await metrics('claviger_notice_lag_seconds')).toBe('0');
  });
});

test('this machine is refused by its name too, unless it was opened', async () => {
  await using closed = await startTestServer();
  await using open = await startTestServer({ env: LOOPBACK_OPENED });
  for (const url of ['https://localhost/', 'https://LOCALHOST.:8443/in', 'https://a.localhost/']) {
    expectFaults(await closed.call('POST', '/v1/webhooks', { body: { url } }), {
      pointer: '/url',
      message: expect.stringMatching(/^is at an address that is not public\. Whoever/) as string,
    });
    await createWebhook(open, { url });
  }
  await createWebhook(closed, { url: 'https://localhost.example.com/' });
});
