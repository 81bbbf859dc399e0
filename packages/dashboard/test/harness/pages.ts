import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { setUpToken } from '../../../server/test/harness/people.ts';
import { startTestServer, type TestServer } from '../../../server/test/harness/test-server.ts';

export const OPERATOR = { email: 'operator@example.com', password: 'eleven wet horses sing' };

export const ORGANIZATION = 'acme';
export const KEYS = `/org/${ORGANIZATION}/settings/api-keys`;

export const MEMBERS = `/org/${ORGANIZATION}/settings/members`;

export const API = {
  name: 'Interact API',
  formats: {
    secret: { prefix: 'int', length: 48 },
    publishable: { prefix: 'pk', length: 32 },
  },
  environments: ['production', 'staging'],
  permissions: [
    { id: 'jobs_read', name: 'Read jobs', access: 'read', publishable: true },
    { id: 'jobs_trigger', name: 'Trigger jobs', description: 'Starts them too', access: 'write' },
  ],
  presets: [{ id: 'read-only', name: 'Read only', grants: 'read' }],
  expiry: { defaultDays: 90, maxDays: 365 },
};

export interface PagesOptions {
  /** What people call it; `localhost` where passkeys are used, which need a name. */
  readonly host?: string;
  readonly port?: number | null;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A server that people reach at the address it calls its own, with an API and an organization. The
 * sign-in library has no clock but the machine's: it stands still, and moves with the server's.
 */
export async function startPages({
  host = '127.0.0.1',
  port: wanted = null,
  env = {},
}: PagesOptions = {}): Promise<TestServer> {
  const port = wanted ?? (await freePort());
  const nowMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
  const server = await startTestServer({
    nowMs,
    env: {
      CLAVIGER_PORT: String(port),
      CLAVIGER_PUBLIC_URL: `http://${host}:${port}`,
      ...env,
    },
  });
  await server.call('PUT', '/v1/apis/interact', { body: API });
  await server.call('PUT', `/v1/organizations/${ORGANIZATION}`, { body: { name: 'Acme' } });
  return server;
}

export async function advance(server: TestServer, ms: number): Promise<void> {
  await server.advance(ms);
  vi.setSystemTime(server.clock.now());
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}

/** The first person, by the link that the server printed. */
export async function setUpOperator(page: Page, server: TestServer): Promise<void> {
  await page.goto(`/setup#token=${setUpToken(server)}`);
  await page.getByLabel('Your name').fill('Operator');
  await page.getByLabel('E-mail address').fill(OPERATOR.email);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: 'Organizations' }).waitFor();
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Fills in what a key needs and sends it. */
export async function createKey(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('radio', { name: 'production' }).check();
  await page.getByLabel('Choose one by one').check();
  await page.getByRole('checkbox', { name: 'Read jobs' }).check();
  await page.getByRole('button', { name: 'Create key' }).click();
}

/** Reads the key that is shown, and closes what shows it. */
export async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('alertdialog', { name: 'Store your key now' });
  const secret = await dialog.locator('code').first().innerText();
  await dialog.getByLabel('I have stored it').check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  return secret;
}
