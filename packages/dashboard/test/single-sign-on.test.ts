import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { oidcEnv } from '../../server/test/harness/oidc-env.ts';
import { startOidcProvider, type TestProvider } from '../../server/test/harness/oidc-provider.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { useBrowser } from './harness/browser.ts';
import {
  advance,
  createKey,
  freePort,
  KEYS,
  OPERATOR,
  setUpOperator,
  startPages,
  takeSecret,
} from './harness/pages.ts';

const browser = useBrowser();

describe('single sign-on', () => {
  let provider: TestProvider;
  let server: TestServer;
  let page: Page;
  const operator = { sub: 'operator', email: OPERATOR.email, email_verified: true };
  beforeAll(async () => {
    const port = await freePort();
    provider = await startOidcProvider(`http://127.0.0.1:${port}/auth/single-sign-on/callback`);
    server = await startPages({ port, env: oidcEnv(provider) });
    ({ page } = await browser.open(server.url));
    await setUpOperator(page, server);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
    await provider.stop();
  });
  beforeEach(async () => {
    provider.person = operator;
    await page.context().clearCookies();
  });

  test('leads to where somebody wanted to go', async () => {
    await page.goto(`${KEYS}?q=export`);
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    expect(page.url()).toBe(`${server.url}${KEYS}?q=export`);
  });

  test('says on the sign-in page why it let nobody in, and what to do', async () => {
    await page.goto(KEYS);
    provider.person = { ...operator, email_verified: false };
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await page.getByRole('alert').getByText('has not verified your e-mail address').waitFor();
    // Once it has, the way is the same.
    await page.context().clearCookies({ domain: '127.0.0.1' });
    provider.person = operator;
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
  });

  test('confirms who it is in a window of its own, and nothing that was typed is lost', async () => {
    await page.goto(`${KEYS}/new`);
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    await advance(server, 11 * 60_000);
    await createKey(page, 'Billing export');
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    const opening = page.waitForEvent('popup');
    await asked.getByRole('button', { name: 'Continue with Acme' }).click();
    const opened = await opening;
    if (!opened.isClosed()) await opened.waitForEvent('close');
    await takeSecret(page);
    expect(provider.asked()?.searchParams.get('prompt')).toBe('login');
  });
});
