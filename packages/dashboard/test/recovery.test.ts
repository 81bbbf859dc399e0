import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMailServer, type MailServer } from '../../server/test/harness/mail-server.ts';
import {
  addMember,
  anotherAddress,
  cookieOf,
  PASSWORD,
  signIn as signInOverHttp,
} from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { codeAt, secretOf } from '../../server/test/harness/totp.ts';
import { expectCalm, useBrowser } from './harness/browser.ts';
import {
  advance,
  MEMBERS,
  OPERATOR,
  ORGANIZATION,
  setUpOperator,
  signIn,
  startPages,
} from './harness/pages.ts';

const browser = useBrowser();
const NEW_PASSWORD = 'another horse and another staple';

describe('somebody who cannot get in any more', () => {
  let mailServer: MailServer;
  let server: TestServer;
  let page: Page;
  let operatorState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  beforeAll(async () => {
    mailServer = await startMailServer('secret');
    server = await startPages({
      env: {
        CLAVIGER_SMTP_URL: mailServer.url,
        CLAVIGER_MAIL_FROM: 'claviger@example.com',
        CLAVIGER_TRUSTED_PROXIES: '127.0.0.1,::1',
      },
    });
    const { page: first } = await browser.open(server.url);
    await setUpOperator(first, server);
    operatorState = await first.context().storageState();
    await first.context().close();
  });
  afterEach(async () => {
    await page.context().close();
    // Past the limit of sign-ins from this machine.
    await advance(server, 61_000);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
    await mailServer.close();
  });

  const open = async (path: string) => {
    const opened = await browser.open(server.url);
    page = opened.page;
    await page.goto(path);
    return opened;
  };
  const chooseNewPassword = async () => {
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change the password' }).click();
  };

  test('asks for a mail, chooses a new password, and is in', async () => {
    const { email } = await addMember(server, ORGANIZATION, 'viewer', 'grace');
    const opened = await open(`/sign-in`);
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('status').getByText(`If ${email} signs in here`).waitFor();
    await expect.poll(() => mailServer.mails.length).toBe(1);
    const [mail] = mailServer.mails.splice(0);
    const [, path = ''] = /(\/recover#token=[\w-]{43})/.exec(mail!.text) ?? [];
    await page.goto(path);
    await page.getByText(email).waitFor();
    expect(await page.evaluate('document.activeElement.name')).toBe('password');
    expect(page.url()).toBe(`${server.url}/recover`);
    await chooseNewPassword();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    expect((await signInOverHttp(server, email, PASSWORD, anotherAddress())).status).toBe(401);
    expectCalm(opened, server.url);
  });

  test('a link that was used says so, and leads to another', async () => {
    const { email } = await addMember(server, ORGANIZATION, 'viewer', 'alan');
    const body = { email };
    const { body: made } = await server.call('POST', '/v1/recoveries', { body });
    const path = made.link.replace(server.url, '');
    await open(path);
    const other = await page.context().newPage();
    await other.goto(server.url + path);
    await other.getByLabel('New password').waitFor();
    await chooseNewPassword();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    // Another tab, in which it was open all the while.
    await other.getByLabel('New password').fill(NEW_PASSWORD);
    await other.getByRole('button', { name: 'Change the password' }).click();
    await other.getByRole('link', { name: 'Ask for a new link' }).waitFor();
    await page.goto('about:blank');
    await page.goto(path);
    await page.getByRole('alert').getByText('not valid any more').waitFor();
    await page.getByRole('link', { name: 'Ask for a new link' }).click();
    await page.getByRole('button', { name: 'Send the link' }).waitFor();
  });

  test('an operator lets in again whoever lost the second factor, too', async () => {
    const { email } = await addMember(server, ORGANIZATION, 'developer', 'edsger');
    await turnOnSecondFactor(email);
    // The operator signed in a while ago.
    await advance(server, 10 * 60_000);
    const opened = await browser.open(server.url, { storageState: operatorState });
    page = opened.page;
    await page.goto(MEMBERS);
    await page.getByRole('button', { name: 'Let in again for edsger' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Let edsger in again?' });
    await asked.getByLabel('Turn off their second factor, too').check();
    await asked.getByRole('button', { name: 'Make the link' }).click();
    const again = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await again.getByLabel('Password').fill(OPERATOR.password);
    await again.getByRole('button', { name: 'Continue' }).click();
    const made = page.getByRole('alertdialog', { name: 'Hand over this link' });
    const link = await made.getByRole('group', { name: `Link for ${email}` }).innerText();
    await page.keyboard.press('Escape');
    await made.getByRole('button', { name: 'Done' }).click();
    await made.waitFor({ state: 'detached' });
    const kept: string = await page.evaluate(
      '[document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()',
    );
    expect(kept).not.toContain(link.split('=')[1]);
    expectCalm(opened, server.url);
    await page.context().close();

    await open(link.replace(server.url, ''));
    await page.getByText('your second factor is turned off').waitFor();
    await chooseNewPassword();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
  });

  test('with a second factor that stays on, its code is asked for after the new password', async () => {
    const { email } = await addMember(server, ORGANIZATION, 'developer', 'barbara');
    const secret = await turnOnSecondFactor(email);
    const body = { email };
    const { body: made } = await server.call('POST', '/v1/recoveries', { body });
    await open(made.link.replace(server.url, ''));
    await chooseNewPassword();
    await page.getByText('Your password is changed.').waitFor();
    await advance(server, 30_000);
    await page.getByLabel('Code').fill(codeAt(secret, server.clock.now()));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
  });

  test('nobody but an operator is offered to let people in again', async () => {
    const { email } = await addMember(server, ORGANIZATION, 'owner', 'ken');
    await open(MEMBERS);
    await signIn(page, email, PASSWORD);
    await page.getByRole('button', { name: 'Remove for grace' }).waitFor();
    expect(await page.getByRole('button', { name: /Let in again/ }).count()).toBe(0);
  });

  /** Over HTTP, as the account page does it. Answers the app's secret. */
  async function turnOnSecondFactor(email: string): Promise<string> {
    const signedIn = await signInOverHttp(server, email, PASSWORD, anotherAddress());
    const headers = { cookie: cookieOf(signedIn), origin: server.url };
    const post = (path: string, body: unknown) =>
      server.call('POST', `/auth/second-factor/${path}`, { key: null, headers, body });
    const begun = await post('enable', { password: PASSWORD });
    const secret = secretOf(begun.body.totpURI);
    const confirmed = await post('confirm', { code: codeAt(secret, server.clock.now()) });
    expect(confirmed.status).toBe(200);
    return secret;
  }
});

test('where no mail is sent, it is said who can help', async () => {
  const server = await startPages();
  const { page, complaints } = await browser.open(server.url);
  try {
    await page.goto('/recover');
    await page.getByText('This server sends no mail.').waitFor();
    expect(await page.getByLabel('E-mail address').count()).toBe(0);
    await page.getByRole('link', { name: 'To the sign-in' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
  } finally {
    vi.useRealTimers();
    await page.context().close();
    await server.stop();
  }
});
