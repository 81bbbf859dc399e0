import type { CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeAt } from '../../server/test/harness/totp.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser, type OpenedPage } from './harness/browser.ts';
import { advance, KEYS, OPERATOR, setUpOperator, signIn, startPages } from './harness/pages.ts';

const browser = useBrowser();
const MINUTE_MS = 60_000;

interface Authenticator {
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
  unplug(): Promise<void>;
}

/** A device with a fingerprint reader, and a finger on it. */
async function plugIn(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const unplug = async () => {
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    await cdp.detach();
  };
  return { cdp, authenticatorId, unplug };
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
}

describe('the account page', () => {
  let server: TestServer;
  let url: string;
  let opened: OpenedPage;
  let page: Page;
  beforeAll(async () => {
    server = await startPages({ host: 'localhost' });
    url = server.url.replace('127.0.0.1', 'localhost');
    opened = await browser.open(url);
    ({ page } = opened);
    await setUpOperator(page, server);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });
  let { cdp, authenticatorId, unplug }: Partial<Authenticator> = {};
  afterEach(async () => {
    await unplug?.();
    unplug = undefined;
  });
  beforeEach(async () => {
    // Limits of tries count by the minute.
    await advance(server, MINUTE_MS);
    await page.context().clearCookies();
    await page.goto('/');
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
  });

  const lastActions = async (count: number) => {
    const { body } = await server.call('GET', `/v1/audit-events?action=user.&limit=${count}`);
    return (body.data as { action: string; after: unknown }[])
      .map(({ action, after }) => [action, after])
      .toReversed();
  };
  const dialog = (name: string) => page.getByRole('dialog', { name });
  const again = () => dialog('Confirm that it is you');

  test('a passkey is added, signs in, confirms who it is, and is removed', async () => {
    ({ cdp, authenticatorId, unplug } = await plugIn(page));
    await openAccount(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await dialog('Add a passkey').getByLabel('Name').fill('Laptop');
    await dialog('Add a passkey').getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Remove Laptop' }).waitFor();
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    expect((await lastActions(1))[0]).toMatchObject(['user.passkey_added', { name: 'Laptop' }]);

    // It is among what the browser suggests for the e-mail address, and this device takes what is suggested.
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
    expect(await lastActions(2)).toEqual([
      ['user.signed_out', null],
      ['user.signed_in', { method: 'passkey' }],
    ]);
    // And a button asks for it, in browsers that suggest none.
    await page.evaluate('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
    await signOut(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
    expect(await lastActions(1)).toEqual([['user.signed_in', { method: 'passkey' }]]);

    await openAccount(page);
    await advance(server, 11 * MINUTE_MS);
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await again().getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByText('You have no passkey yet.').waitFor();
    expect((await lastActions(1))[0]?.[0]).toBe('user.passkey_removed');

    await signOut(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('alert').getByText('This passkey is not known here').waitFor();
    expectCalm(opened, url);
  });

  test('a second factor is turned on, asked for, and turned off', async () => {
    await openAccount(page);
    await page.getByRole('button', { name: 'Turn on' }).click();
    await dialog('Turn on').getByLabel('Password').fill('not my password at all');
    await dialog('Turn on').getByRole('button', { name: 'Turn on' }).click();
    await dialog('Turn on').getByRole('alert').getByText('password').waitFor();
    await dialog('Turn on').getByLabel('Password').fill(OPERATOR.password);
    await dialog('Turn on').getByRole('button', { name: 'Turn on' }).click();
    const scan = dialog('Scan this with your authenticator app');
    await scan.getByRole('img', { name: 'QR code' }).waitFor();
    await expect
      .poll(() => scan.locator('svg path').getAttribute('d'))
      .toMatch(/^M4 4h1v1h-1z(?:M\d+ \d+h1v1h-1z){200,}$/);
    const secret = (await scan.locator('code').innerText()).replaceAll(/\s/g, '');
    const code = () => codeAt(secret, server.clock.now());
    // The keyboard goes on where the next thing is to be typed.
    await page.keyboard.type('12 34');
    await scan.getByRole('button', { name: 'Confirm' }).click();
    await scan.getByRole('alert').waitFor();
    await scan
      .getByRole('textbox', { name: 'Code' })
      .fill(`${code().slice(0, 3)} ${code().slice(3)}`);
    await scan.getByRole('button', { name: 'Confirm' }).click();
    const shown = page.getByRole('alertdialog', { name: 'Store your backup codes now' });
    await shown.waitFor();
    const codes = (await shown.locator('pre').innerText()).trim().split('\n');
    expect(codes).toHaveLength(10);
    await page.keyboard.press('Escape');
    const saving = page.waitForEvent('download');
    await shown.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toBe('claviger-backup-codes.txt');
    await shown.getByLabel('I have stored them').check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 backup codes left').waitFor();

    await signOut(page);
    await advance(server, MINUTE_MS);
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This code is wrong').waitFor();
    await page.getByLabel('Code').fill(code());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();

    await signOut(page);
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByRole('button', { name: 'Use a backup code instead' }).click();
    await page.getByLabel('Backup code').fill(codes[0] ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
    await openAccount(page);
    await page.getByText('9 backup codes left').waitFor();

    // The password that was typed for it is enough of it: the code alone is asked for.
    await advance(server, 11 * MINUTE_MS);
    await page.getByRole('button', { name: 'Turn off' }).click();
    await dialog('Turn off').getByLabel('Password').fill(OPERATOR.password);
    await dialog('Turn off').getByRole('button', { name: 'Turn off' }).click();
    await again().getByLabel('Code').fill(code());
    await again().getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Turn on' }).waitFor();
    const kept: string = await page.evaluate(
      '[document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()',
    );
    for (const hidden of [secret, ...codes]) expect(kept).not.toContain(hidden);
    expectCalm(opened, url);
  });

  test('a password is changed, and everybody else signed out', async () => {
    const other = (await browser.open(url)).page;
    await other.goto('/');
    await signIn(other, OPERATOR.email, OPERATOR.password);
    await other.getByRole('heading', { name: 'Organizations' }).waitFor();
    await page.goto('/account');
    await page.getByRole('listitem').filter({ hasText: 'Chrome, Linux' }).nth(1).waitFor();
    await advance(server, 11 * MINUTE_MS);
    const change = async (current: string, next: string) => {
      await page.getByRole('button', { name: 'Change password' }).click();
      await dialog('Change password').getByLabel('Current password').fill(current);
      await dialog('Change password').getByLabel('New password').fill(next);
      await dialog('Change password').getByRole('button', { name: 'Change password' }).click();
    };
    // Typed once, it confirms who it is as well.
    await change(OPERATOR.password, 'twelve dry horses sing');
    await page.getByRole('status').getByText('Your password was changed').waitFor();
    await other.goto(KEYS);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await change('twelve dry horses sing', OPERATOR.password);
    await page.getByRole('status').getByText('Your password was changed').waitFor();
    expect(await page.getByText('This browser', { exact: true }).count()).toBe(1);
  });

  test('one’s own name is changed in place, by keyboard alone', async () => {
    await openAccount(page);
    await page.getByRole('button', { name: 'Change name' }).press('Enter');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toBe('Change name');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Grace');
    await page.keyboard.press('Enter');
    await page.getByText('Your name is changed.').waitFor();
    await page.getByRole('button', { name: 'Your account' }).getByText('Grace').waitFor();
    expect(await lastActions(1)).toEqual([['user.renamed', { name: 'Grace' }]]);
    expectCalm(opened, url);
  });

  test('light or dark is chosen for this browser', async () => {
    await page.goto('/account');
    const theme = () => page.evaluate<string>('document.documentElement.dataset.theme');
    await page.getByLabel('Dark').check();
    expect(await theme()).toBe('dark');
    await page.reload();
    expect(await theme()).toBe('dark');
    await page.getByLabel('As the system').check();
    expect(await theme()).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('signing out everywhere ends this session, too', async () => {
    await page.goto('/account');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Sign out everywhere' });
    await asked.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/account');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await lastActions(1)).toEqual([['user.signed_out_everywhere', null]]);
  });
});
