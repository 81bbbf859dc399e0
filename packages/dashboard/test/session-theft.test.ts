import { createServer, type Server } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { closed, listening } from '../../server/test/harness/local-server.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { useBrowser } from './harness/browser.ts';
import { advance, KEYS, OPERATOR, setUpOperator, signIn, startPages } from './harness/pages.ts';

const browser = useBrowser();
const SESSION = 'claviger.session_token';

describe('a session', () => {
  let server: TestServer;
  let foreign: Server;
  /** The same host on another port, for which browsers send the same cookies; and another host. */
  let sites: readonly string[];
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    foreign = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Prizes</h1>');
    });
    const near = await listening(foreign);
    sites = [near, near.replace('127.0.0.1', 'localhost')];
    ({ page } = await browser.open(server.url));
    await setUpOperator(page, server);
    await page.context().storageState();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await closed(foreign);
    await server.stop();
  });
  beforeEach(async () => {
    await advance(server, 60_000);
    await page.context().clearCookies();
    await page.goto('/sign-in');
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
  });

  const cookieOf = async (from: Page) => {
    const cookies = await from.context().cookies(server.url);
    return cookies.find(({ name }) => name === SESSION);
  };
  const statusOf = async (value: string) => {
    const headers = { cookie: `${SESSION}=${value}` };
    return (await server.call('GET', '/v1/session', { key: null, headers })).status;
  };
  const eventsSoFar = async () => {
    const { body } = await server.call('GET', '/v1/audit-events?limit=1');
    return body.data[0].sequence as number;
  };

  test('is in a cookie that scripts cannot read and other sites’ requests do not carry', async () => {
    const cookie = await cookieOf(page);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: false });
    const [token = ''] = decodeURIComponent(cookie?.value ?? '').split('.');
    expect(token.length).toBeGreaterThan(20);
    await page.goto('/account');
    await page.getByText('This browser', { exact: true }).waitFor();
    const seen: string = await page.evaluate(
      '[document.cookie, document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage), JSON.stringify(history.state)].join()',
    );
    expect(seen).not.toContain(token);
  });

  test('is another one after signing in, whatever the browser held before', async () => {
    const fixed = await cookieOf(page);
    await page.context().clearCookies();
    await page.context().addCookies([fixed!]);
    await page.goto('/sign-in');
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByRole('heading', { name: 'Organizations' }).waitFor();
    const own = await cookieOf(page);
    expect(own?.value).not.toBe(fixed?.value);
    // Whoever planted it holds nothing.
    expect(await statusOf(fixed?.value ?? '')).toBe(401);
    expect(await statusOf(own?.value ?? '')).toBe(200);
  });

  test('that was stolen is worth nothing after signing out everywhere', async () => {
    const stolen = (await cookieOf(page))?.value ?? '';
    expect(await statusOf(stolen)).toBe(200);
    await page.goto('/account');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Sign out everywhere' })
      .click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await statusOf(stolen)).toBe(401);
  });

  test('that was stolen is worth nothing after the password was changed', async () => {
    const stolen = (await cookieOf(page))?.value ?? '';
    const change = (currentPassword: string, newPassword: string, cookie: string) =>
      server.call('POST', '/auth/change-password', {
        key: null,
        headers: { cookie: `${SESSION}=${cookie}`, origin: server.url },
        body: { currentPassword, newPassword, revokeOtherSessions: false },
      });
    const changed = await change(OPERATOR.password, 'twelve dry horses sing', stolen);
    expect(changed.status).toBe(200);
    expect(await statusOf(stolen)).toBe(401);
    const [, own = ''] =
      /claviger\.session_token=([^;]+)/.exec(changed.headers.getSetCookie().join()) ?? [];
    expect((await change('twelve dry horses sing', OPERATOR.password, own)).status).toBe(200);
  });

  test('does not let other sites change anything: neither forms nor scripts', async () => {
    const before = await eventsSoFar();
    const [context] = [page.context()];
    for (const site of sites) {
      const attacker = await context.newPage();
      await attacker.goto(site);
      for (const path of ['/auth/sign-out', '/auth/revoke-sessions', '/v1/keys']) {
        for (const contentType of ['text/plain', 'application/json']) {
          const sent: string = await attacker.evaluate(
            `fetch(${JSON.stringify(server.url + path)}, { method: 'POST', mode: ${contentType === 'text/plain' ? "'no-cors'" : "'cors'"}, credentials: 'include', headers: { 'content-type': ${JSON.stringify(contentType)} }, body: '{}' }).then((answer) => answer.type + answer.status, (error) => error.name)`,
          );
          // What comes back cannot be read, or is not even sent.
          expect(['opaque0', 'TypeError']).toContain(sent);
        }
        await attacker.evaluate(
          `{ const form = document.createElement('form'); form.method = 'post'; form.enctype = 'text/plain'; form.action = ${JSON.stringify(server.url + path)}; const field = document.createElement('input'); field.name = '{"a":"'; field.value = '"}'; form.append(field); document.body.append(form); form.submit(); }`,
        );
        await attacker.waitForURL(server.url + path);
        const { code } = JSON.parse(await attacker.innerText('body')) as { code: string };
        expect(['FOREIGN_ORIGIN', 'CREDENTIAL_MISSING', 'UNSUPPORTED_MEDIA_TYPE']).toContain(code);
        await attacker.goto(site);
      }
      const read: string = await attacker.evaluate(
        `fetch(${JSON.stringify(`${server.url}/v1/session`)}, { credentials: 'include' }).then((answer) => answer.text(), (error) => error.name)`,
      );
      expect(read).toBe('TypeError');
      await attacker.close();
    }
    await page.goto(KEYS);
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    expect(await eventsSoFar()).toBe(before);
  });

  test('is in no page that another site shows in a frame', async () => {
    const attacker = await page.context().newPage();
    await attacker.goto(sites[0] ?? '');
    await attacker.evaluate(
      `{ const frame = document.createElement('iframe'); frame.src = ${JSON.stringify(`${server.url}/account`)}; document.body.append(frame); }`,
    );
    await attacker.locator('iframe').waitFor();
    const [, inner] = attacker.frames();
    await inner?.waitForLoadState();
    expect(await inner?.locator('#root').count()).toBe(0);
    await attacker.close();
  });
});
