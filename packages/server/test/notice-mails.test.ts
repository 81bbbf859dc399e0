import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectFaults } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus } from './harness/fixtures.ts';
import { startMailServer, type MailServer } from './harness/mail-server.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';
import { reported } from './harness/leaks.ts';
import { createWebhook, deliveriesTo } from './harness/webhooks.ts';

const PASSWORD = 'p@ss:w0rd/secret';
let mailServer: MailServer;
let server: TestServer;

beforeAll(async () => {
  mailServer = await startMailServer(PASSWORD);
  server = await startTestServer({
    env: {
      CLAVIGER_SMTP_URL: mailServer.url,
      CLAVIGER_MAIL_FROM: 'Claviger <claviger@example.com>',
      CLAVIGER_PUBLIC_URL: 'https://keys.example.com',
    },
  });
  await defineApi(server, 'interact');
});
afterAll(async () => {
  expect(server.logLines.join('')).not.toMatch(/w0rd/);
  await server.stop();
  await mailServer.close();
});

const listen = (events: readonly string[]): Promise<Answer['body']> =>
  createWebhook(server, { url: 'mailto:ops@example.com', events, organizationId: 'acme' });

test('a mail says what happened, to which key, and what to do', async () => {
  const { webhook, secret } = await listen(['key.expiring']);
  expect(secret).toBeUndefined();
  const expiresAt = new Date(server.clock.now() + 20 * 86_400_000).toISOString();
  const { key } = await createTestKey(server, { name: '<b>Nightly & export</b>', expiresAt });
  await server.sendNotices();
  await server.advance(13 * 86_400_000);
  await server.sendNotices();

  const [mail, ...more] = mailServer.mails.splice(0);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ from: 'claviger@example.com', to: ['ops@example.com'] });
  expect(mail!.text).toMatch(/^From: Claviger <claviger@example\.com>$/m);
  expect(mail!.text).toMatch(/^To: ops@example\.com$/m);
  expect(mail!.text).toMatch(
    /^Subject: A key expires within 7 days, at .+: <b>Nightly & export<\/b>$/m,
  );
  expect(mail!.text).toMatch(/^Auto-Submitted: auto-generated$/m);
  for (const fact of ['Organization: acme', `Hint: ${key.hint.slice(0, 8)}`, `Id: ${key.id}`]) {
    expect(mail!.text).toContain(fact);
  }
  expect(mail!.text).toContain('Give it a later expiry, or replace it');
  expect(mail!.text).toContain('&lt;b&gt;Nightly &amp; export&lt;/b&gt;');
  expect(mail!.text).toContain('<a href="https://keys.example.com">');
  const [delivery] = await deliveriesTo(server, webhook.id);
  expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ status: 250, error: null }] });
  expect(mail!.text).toContain(`Message-ID: <${delivery.noticeId}.${webhook.id}@keys.example.com>`);
});

test('a mail about a leaked key says who reported it, what they wrote, and what is left to do', async () => {
  await listen(['key.leaked']);
  const { secret } = await createTestKey(server);
  await reported(server, [secret], { source: 'GitHub', note: 'In the\nlogs of a build' });
  await server.sendNotices();
  const [mail] = mailServer.mails.splice(0);
  expect(mail!.text).toContain('Reported by: somebody who was not asked who they are');
  expect(mail!.text).toContain('Their note: In the logs of a build');
  expect(mail!.text).toContain('What was done: nothing but this notice');
  expect(mail!.text).toContain('The key works on, for whoever found it too: replace it now');
  expect(mail!.text).not.toContain(secret);
});

test('a mail that is refused is tried again, and is the same mail', async () => {
  const { webhook } = await listen(['key.created']);
  mailServer.refuse(true);
  await createTestKey(server);
  await server.sendNotices();
  const [failed] = await deliveriesTo(server, webhook.id);
  expect(failed).toMatchObject({
    status: 'pending',
    attempts: [{ status: 550, error: 'The mail server did not take the mail.' }],
  });
  mailServer.refuse(false);
  await server.advance(6_000);
  await server.sendNotices();
  expect((await deliveriesTo(server, webhook.id))[0].status).toBe('delivered');
  expect(mailServer.mails.splice(0)).toHaveLength(1);
});

test('an address is one mailbox, and nothing that could become a header', async () => {
  const addresses = [
    '',
    'ops',
    'a@b.c,d@e.f',
    'a@b.c?bcc=d@e.f',
    'a%0d%0ab@c.d',
    'a b@c.d',
    '<a@b.c>',
  ];
  for (const address of addresses) {
    const body = { url: `mailto:${address}` };
    expectFaults(await server.call('POST', '/v1/webhooks', { body }), {
      pointer: '/url',
      message: 'must hold one plain address, such as mailto:ops@example.com',
    });
  }
  const { webhook } = await listen(['key.leaked']);
  const path = `/v1/webhooks/${webhook.id}`;
  expect((await server.call('POST', `${path}/rotate-secret`)).body.code).toBe('NO_SIGNING_SECRET');
  await expectStatus(202, server.call('POST', `${path}/test`));
  await server.sendNotices();
  expect(mailServer.mails.splice(0)[0]!.text).toContain('This is a test of Claviger');
});
