import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMember, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser } from './harness/browser.ts';
import {
  advance,
  createKey,
  KEYS,
  OPERATOR,
  ORGANIZATION,
  setUpOperator,
  signIn,
  startPages,
  takeSecret,
} from './harness/pages.ts';

const browser = useBrowser();

describe('Settings → API keys', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startPages();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const verify = async (token: string) => {
    const body = { token, apiId: 'interact', environment: 'production' };
    return (await server.call('POST', '/v1/keys/verify', { body })).body.code;
  };

  test('from the first start to a key that works, and is revoked', async () => {
    const opened = await browser.open(server.url);
    const { page } = opened;
    await page.goto(KEYS);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/setup');
    await page.getByText('This address lacks its token').waitFor();
    // To a page that is open already, the link is a change behind the "#" alone.
    await setUpOperator(page, server);
    // The token stays in no history.
    expect(page.url()).toBe(`${server.url}/`);
    await page.getByRole('link', { name: /Acme/ }).click();
    await page.getByRole('heading', { name: 'No API keys yet' }).waitFor();
    await page.getByRole('link', { name: 'Create key' }).click();
    await createKey(page, 'Production scheduler');

    const shown = page.getByRole('alertdialog', { name: 'Store your key now' });
    await shown.waitFor();
    await page.keyboard.press('Escape');
    expect(await shown.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    const secret = await takeSecret(page);
    expect(await verify(secret)).toBe('VALID');
    await page.getByRole('link', { name: 'Production scheduler' }).click();

    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate' }).click();
    const rotated = await takeSecret(page);
    expect([await verify(secret), await verify(rotated)]).toEqual(['VALID', 'VALID']);
    await page.getByRole('switch', { name: 'Enabled' }).click();
    // It was just used.
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Key disabled.').first().waitFor();
    expect(await verify(rotated)).toBe('DISABLED');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Key revoked.').first().waitFor();
    expect(await verify(rotated)).toBe('REVOKED');
    expectCalm(opened, server.url);
  });

  test('after ten minutes the password is asked for again, and nothing that was typed is lost', async () => {
    const { page } = await browser.open(server.url);
    await setUpOperator(page, server);
    await page.goto(`${KEYS}/new`);
    await advance(server, 11 * 60_000);
    await createKey(page, 'Billing export');
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill('something else entirely');
    await asked.getByRole('button', { name: 'Continue' }).click();
    await asked.getByRole('alert').waitFor();
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await asked.getByRole('button', { name: 'Continue' }).click();
    expect(await verify(await takeSecret(page))).toBe('VALID');
    await page.getByRole('link', { name: 'Billing export' }).waitFor();
  });

  test('a session that ended in the middle of a form is begun again over it', async () => {
    const { page } = await browser.open(server.url);
    await setUpOperator(page, server);
    await page.goto(`${KEYS}/new`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
    await page.context().clearCookies();
    // What is looked up while somebody types asks for no password.
    const lookedUp = page.waitForResponse(/\/v1\/keys\?.*q=Mail/);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mail relay');
    expect((await lookedUp).status()).toBe(401);
    await createKey(page, 'Mail relay');
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await asked.getByRole('button', { name: 'Continue' }).click();
    expect(await verify(await takeSecret(page))).toBe('VALID');
  });

  test('a viewer looks, and is offered nothing else', async () => {
    await server.call('POST', '/v1/keys', {
      body: {
        apiId: 'interact',
        organizationId: ORGANIZATION,
        name: 'Production scheduler',
        permissions: ['jobs_read'],
      },
    });
    const { email } = await createMember(server, ORGANIZATION, 'viewer');
    const { page } = await browser.open(server.url);
    await page.goto(KEYS);
    await signIn(page, email, PASSWORD);
    await page.getByRole('link', { name: 'Production scheduler' }).click();
    await page.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect(await page.getByRole('button', { name: 'Rotate' }).count()).toBe(0);
    await page.goto(`${KEYS}/new`);
    await page.getByRole('heading', { name: 'You may look only' }).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  });

  test('search, filters and order stand in the address', async () => {
    for (const name of ['Alpha export', 'Beta export', 'Gamma import']) {
      await server.call('POST', '/v1/keys', {
        body: { apiId: 'interact', organizationId: ORGANIZATION, name, permissions: ['jobs_read'] },
      });
    }
    const { page } = await browser.open(server.url);
    await setUpOperator(page, server);
    await page.goto(KEYS);
    const names = () => page.locator('tbody th').allInnerTexts();
    await page.getByRole('searchbox').fill('export');
    await page.waitForURL(/q=export/);
    await expect.poll(names).toEqual(['Beta export', 'Alpha export']);
    await page.getByRole('button', { name: 'Name' }).click();
    await page.waitForURL(/sort=name/);
    await expect.poll(names).toEqual(['Alpha export', 'Beta export']);
    await page.reload();
    await expect.poll(names).toEqual(['Alpha export', 'Beta export']);
    await page.getByLabel('Status').selectOption('Revoked');
    await page.getByRole('heading', { name: 'No key matches' }).waitFor();
    await page.getByRole('button', { name: 'Show all keys' }).click();
    await expect.poll(names).toEqual(['Gamma import', 'Beta export', 'Alpha export']);
  });

  test('signing out ends the session', async () => {
    const { page } = await browser.open(server.url);
    await setUpOperator(page, server);
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(KEYS);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, OPERATOR.email, 'not my password at all');
    await page.getByRole('alert').waitFor();
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    expect(page.url()).toBe(server.url + KEYS);
  });
});
