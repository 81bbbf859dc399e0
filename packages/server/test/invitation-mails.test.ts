import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectStatus } from './harness/fixtures.ts';
import { invite, tokenOf } from './harness/invitations.ts';
import { startMailServer, type MailServer } from './harness/mail-server.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

let mailServer: MailServer;
let server: TestServer;

beforeAll(async () => {
  mailServer = await startMailServer('secret');
  server = await startTestServer({
    env: {
      CLAVIGER_SMTP_URL: mailServer.url,
      CLAVIGER_MAIL_FROM: 'Claviger <claviger@example.com>',
      CLAVIGER_PUBLIC_URL: 'https://keys.example.com',
    },
  });
  const body = { name: '<b>Acme & Sons</b>' };
  await expectStatus(200, server.call('PUT', '/v1/organizations/acme', { body }));
});
afterAll(async () => {
  await server.stop();
  await mailServer.close();
});

test('the link is mailed to whoever is invited, with what it is for', async () => {
  const made = await invite(server, 'Grace@Example.com', 'developer');
  expect(made.body.mail).toBe('sent');
  const link = `https://keys.example.com/invitation#token=${tokenOf(made)}`;
  expect(made.body.link).toBe(link);
  const [mail, ...more] = mailServer.mails.splice(0);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ from: 'claviger@example.com', to: ['grace@example.com'] });
  expect(mail!.text).toMatch(
    /^Subject: You are invited to manage the API keys of <b>Acme & Sons<\/b> as developer$/m,
  );
  expect(mail!.text).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(mail!.text).toContain('It works once, until');
  expect(mail!.text).toContain(`<a href="${link}">`);
  expect(mail!.text).toContain('&lt;b&gt;Acme &amp; Sons&lt;/b&gt;');
  expect(server.logLines.join('')).not.toContain(tokenOf(made));
});

test('a new link is mailed, too, and to the same person', async () => {
  const made = await invite(server, 'alan@example.com', 'viewer');
  mailServer.mails.splice(0);
  const path = `/v1/organizations/acme/invitations/${made.body.invitation.id}/renew`;
  const renewed = await expectStatus(200, server.call('POST', path));
  expect(renewed.body.mail).toBe('sent');
  const [mail] = mailServer.mails.splice(0);
  expect(mail!.to).toEqual(['alan@example.com']);
  expect(mail!.text).toContain(tokenOf(renewed));
  expect(mail!.text).not.toContain(tokenOf(made));
});

test('where the mail server does not take it, the link is handed over nevertheless', async () => {
  mailServer.refuse(true);
  const made = await invite(server, 'edsger@example.com', 'viewer');
  expect(made.body.mail).toBe('failed');
  const body = { token: tokenOf(made) };
  await expectStatus(200, server.call('POST', '/v1/invitations/preview', { key: null, body }));
  const log = server.logLines.join('');
  expect(log).toContain('an invitation could not be mailed');
  for (const secret of [tokenOf(made), 'edsger@']) expect(log).not.toContain(secret);
});

test('an operator is told what they are invited to', async () => {
  mailServer.refuse(false);
  await invite(server, 'barbara@example.com', 'operator', 'claviger');
  const [mail] = mailServer.mails.splice(0);
  expect(mail!.text).toMatch(
    /^Subject: You are invited to run a Claviger installation as its operator$/m,
  );
});
