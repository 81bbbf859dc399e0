import type { Locator, Page } from 'playwright-core';
import type { TestServer } from '../../../server/test/harness/test-server.ts';
import { KEYS, ORGANIZATION } from './pages.ts';

/** An API that makes use of everything that a form can ask. */
export const PLATFORM = {
  name: 'Platform API',
  formats: {
    secret: { prefix: 'plt', length: 48 },
    publishable: { prefix: 'plt_pk', length: 32 },
    pair: {
      public: { prefix: 'pk', length: 32 },
      secret: { prefix: 'sk', length: 60 },
    },
  },
  environments: ['production', 'staging'],
  permissions: ['read', 'list', 'create', 'update', 'delete', 'export'].flatMap((verb) =>
    ['jobs', 'agents'].map((what) => ({
      id: `${what}_${verb}`,
      name: `${verb[0]?.toUpperCase()}${verb.slice(1)} ${what}`,
      access: verb === 'read' || verb === 'list' ? 'read' : 'write',
      publishable: verb === 'read',
    })),
  ),
  presets: [
    { id: 'full-access', name: 'Full access', grants: 'all' },
    { id: 'read-only', name: 'Read only', grants: 'read' },
  ],
  expiry: { defaultDays: 90, maxDays: 365 },
  rateLimits: [
    { name: 'read', limit: 60, windowSeconds: 60, access: 'read' },
    { name: 'organization', limit: 1_000, windowSeconds: 60, scope: 'organization' },
  ],
  rateLimitMax: { limit: 1_000, windowSeconds: 60 },
  resourceTypes: [{ id: 'customer', name: 'Customers' }],
};

export async function definePlatform(server: TestServer): Promise<void> {
  await server.call('PUT', '/v1/apis/platform', { body: PLATFORM });
  for (const [id, name] of [
    ['cus_1', 'Globex Corp.'],
    ['cus_2', 'Globular'],
    ['cus_3', 'Initech'],
  ]) {
    const path = `/v1/organizations/${ORGANIZATION}/resources/customer/${id}`;
    await server.call('PUT', path, { body: { name } });
  }
}

export const nameField = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Name', exact: true });

const choosePlatform = async (page: Page): Promise<void> => {
  await page.getByRole('combobox', { name: 'API', exact: true }).selectOption('Platform API');
};

/** The form, for the platform's API. */
export async function openForm(page: Page): Promise<void> {
  await page.goto(`${KEYS}/new`);
  await choosePlatform(page);
}

/** With a name, an environment and a preset: all that a secret key needs. */
export async function fillForm(page: Page, name: string): Promise<void> {
  await page.goto(`${KEYS}/new`);
  await fillFields(page, name);
}

/** Where the form is open already. */
export async function fillFields(page: Page, name: string): Promise<void> {
  await choosePlatform(page);
  await nameField(page).fill(name);
  await page.getByRole('radio', { name: 'staging' }).check();
  await page.getByRole('radio', { name: 'Read only' }).check();
}

export const send = (page: Page): Promise<void> =>
  page.getByRole('button', { name: /^Create (key|the replacement)$/ }).click();

/** What all keys of this name are, as the server has them. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in the harness: each test says what it expects
export async function keysNamed(server: TestServer, name: string): Promise<any[]> {
  const { body } = await server.call('GET', `/v1/keys?q=${encodeURIComponent(name)}&limit=200`);
  return body.data.filter((key: { name: string }) => key.name === name);
}
