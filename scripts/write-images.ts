/**
 * Writes docs/images: every page, in light, dark and narrow, of a server with a month of made-up history.
 * `npm run images`; needs Chromium.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig, serve } from '@claviger/server';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../packages/dashboard/test/harness/chromium.ts';
import { TestClock } from '../packages/server/test/harness/test-clock.ts';

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));
const PORT = 8797;
const BASE = `http://localhost:${PORT}`;
const PASSWORD = 'eleven wet horses sing';
const DAY_MS = 86_400_000;
const DAYS = 30;
const HEIGHT = 760;
const KEYS = '/org/acme/settings/api-keys';

const API = {
  name: 'Interact API',
  formats: {
    secret: { prefix: 'int', length: 48 },
    publishable: { prefix: 'pk', length: 32 },
  },
  environments: ['production', 'staging'],
  permissions: [
    {
      id: 'jobs_read',
      name: 'Read jobs',
      description: 'See jobs and their results',
      access: 'read',
      publishable: true,
    },
    { id: 'jobs_trigger', name: 'Trigger jobs', description: 'Start jobs', access: 'write' },
    { id: 'jobs_cancel', name: 'Cancel jobs', description: 'End jobs early', access: 'write' },
  ],
  presets: [
    { id: 'full-access', name: 'Full access', grants: 'all' },
    { id: 'read-only', name: 'Read only', grants: 'read' },
  ],
  resourceTypes: [{ id: 'customer', name: 'Customer' }],
  expiry: { defaultDays: 90 },
};

const folder = mkdtempSync(join(tmpdir(), 'claviger-images-'));
const said: string[] = [];
const clock = new TestClock(Date.now() - DAYS * DAY_MS);
const config = readConfig({
  CLAVIGER_PORT: String(PORT),
  CLAVIGER_PUBLIC_URL: BASE,
  CLAVIGER_DATABASE_URL: `sqlite:${join(folder, 'claviger.db')}`,
});
const serving = await serve(config, {
  clock,
  say: (line) => said.push(line),
  logTo: { write: () => undefined },
});
const rootKey = /clv_[0-9A-Za-z]{48}/.exec(said.join('\n'))?.[0] ?? '';
const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
interface Made {
  readonly secret: string;
  readonly key: { readonly id: string };
}

async function call<Result>(method: string, path: string, body?: unknown, key = rootKey) {
  const answer = await fetch(BASE + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key !== '' && { authorization: `Bearer ${key}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text) as Result;
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await serving.claviger.follower.renew();
}

async function verify(token: string, count: number, ask: object = {}): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    const request = { method: 'GET', path: '/v1/jobs/42', userAgent: 'scheduler/2.1' };
    const own = { apiId: 'interact', environment: 'production', permissions: ['jobs_read'] };
    const ip = `203.0.113.${7 + (turn % 3)}`;
    await call('POST', '/v1/keys/verify', { token, ...own, resources: {}, ip, request, ...ask });
  }
}

async function welcome(email: string, name: string, role: string): Promise<string> {
  const invitations = '/v1/organizations/acme/invitations';
  const { link } = await call<{ link: string }>('POST', invitations, { email, role });
  const token = link.split('=')[1];
  const body = { token, name, password: PASSWORD };
  const { user } = await call<{ user: { id: string } }>('POST', '/v1/invitations/accept', body, '');
  return user.id;
}

/** A month in which keys are made, used and ended. Answers the id of the key that has most to show. */
async function live(): Promise<string> {
  await call('PUT', '/v1/apis/interact', API);
  await call('PUT', '/v1/organizations/acme', { name: 'Acme' });
  await call('PUT', '/v1/organizations/globex', { name: 'Globex' });
  for (const [id, name] of [
    ['cus_1042', 'Northwind Traders'],
    ['cus_1043', 'Contoso'],
    ['cus_1051', 'Fabrikam'],
  ]) {
    await call('PUT', `/v1/organizations/acme/resources/customer/${id}`, { name });
  }
  const make = (name: string, fields: object = {}) =>
    call<Made>('POST', '/v1/keys', {
      apiId: 'interact',
      organizationId: 'acme',
      environment: 'production',
      name,
      preset: 'read-only',
      ...fields,
    });
  const owner = await welcome('grace@example.com', 'Grace', 'owner');
  const developer = await welcome('barbara@example.com', 'Barbara', 'developer');
  await welcome('edsger@example.com', 'Edsger', 'viewer');
  const scheduler = await make('Production scheduler', {
    ownerId: owner,
    description: 'Starts the nightly jobs on host 3.',
    preset: null,
    permissions: ['jobs_read', 'jobs_trigger'],
    allowedIps: ['203.0.113.0/24'],
    rateLimits: [{ name: 'burst', limit: 200, windowSeconds: 60 }],
    metadata: { team: 'operations' },
  });
  const old = await make('Integration of the old shop');
  const billing = await make('Billing export', { resources: { customer: ['cus_1042'] } });
  for (let day = 0; day < DAYS - 1; day++) {
    await pass(DAY_MS);
    await verify(scheduler.secret, 9 + ((day * 7) % 11));
    if (day % 3 === 0) await verify(scheduler.secret, 2, { permissions: ['jobs_cancel'] });
    if (day % 5 === 0) await verify(scheduler.secret, 2, { ip: '198.51.100.7' });
  }
  await call('POST', `/v1/keys/${old.key.id}/revoke`, {});
  await make('Search on the website', {
    kind: 'publishable',
    preset: null,
    permissions: ['jobs_read'],
    allowedOrigins: ['www.example.com'],
  });
  const staging = await make('Data import, staging', { environment: 'staging' });
  await call('POST', `/v1/keys/${staging.key.id}/disable`, {});
  await make('Reports of Barbara’s desk', { ownerId: developer, preset: 'full-access' });
  const rotated = await call<Made>('POST', `/v1/keys/${scheduler.key.id}/rotate`, {
    overlapSeconds: 2 * 86_400,
  });
  await pass(DAY_MS - 600_000);
  await verify(billing.secret, 3, { resources: { customer: 'cus_1042' } });
  await verify(rotated.secret, 12);
  await verify(scheduler.secret, 3);
  await pass(600_000 - 120_000);
  await verify(scheduler.secret, 2);
  await pass(120_000);
  const invitation = { email: 'john@example.com', role: 'developer' };
  await call('POST', '/v1/organizations/acme/invitations', invitation);
  return scheduler.key.id;
}

async function setUp(page: Page): Promise<void> {
  const token = /\/setup#token=([A-Za-z0-9_-]{43})$/m.exec(said.join('\n'))?.[1] ?? '';
  await page.goto(`${BASE}/setup#token=${token}`);
  await page.getByLabel('Your name').waitFor();
  await shoot(page, 'setup-light');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: 'Organizations' }).waitFor();
}

/** `height`: as much of the page as is worth showing, in pixels. */
async function shoot(page: Page, name: string, height = HEIGHT): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 1_280 };
  await page.setViewportSize({ width, height });
  await page.evaluate('document.fonts.ready');
  // Charts and dialogs arrive with a short movement.
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.setViewportSize({ width, height: HEIGHT });
}

const LOOKS = [
  ['light', 1_280, 'light'],
  ['dark', 1_280, 'dark'],
  ['narrow', 360, 'light'],
] as const;

async function photograph(): Promise<void> {
  const open = (options: BrowserContextOptions) => browser.newContext(options);
  const first = await open({ viewport: { width: 1_280, height: HEIGHT } });
  const firstPage = await first.newPage();
  await setUp(firstPage);
  const keyId = await live();
  const storageState = await first.storageState();
  for (const [look, width, colorScheme] of LOOKS) {
    const viewport = { width, height: HEIGHT };
    const context = await open({ viewport, colorScheme, storageState });
    await photographPages(await context.newPage(), look, keyId);
    await context.close();
    const stranger = await open({ viewport, colorScheme });
    await photographDoors(await stranger.newPage(), look);
    await stranger.close();
  }
}

/** What is in the repository looks like no key, even one of a server that is gone. */
const HIDE_SECRETS = `
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replace(/int_[0-9A-Za-z]{20,}/g, 'int_' + '•'.repeat(44));
  }
`;

async function photographPages(page: Page, look: string, keyId: string): Promise<void> {
  const go = async (path: string, awaited: string) => {
    await page.goto(BASE + path);
    await page.getByText(awaited).first().waitFor();
  };
  await go('/', 'Globex');
  await shoot(page, `organizations-${look}`);
  await go(KEYS, 'Production scheduler');
  await shoot(page, `keys-${look}`);
  await go(`${KEYS}/${keyId}?range=30d`, 'Rotated');
  await shoot(page, `key-${look}`, 1_080);
  await go(`${KEYS}/new`, 'Read only');
  await page.getByRole('textbox', { name: 'Name' }).fill('Nightly export');
  await page.getByLabel('production').check();
  await page.getByLabel('Read only').check();
  await shoot(page, `create-key-${look}`, 1_080);
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('alertdialog').waitFor();
  await page.evaluate(HIDE_SECRETS);
  await shoot(page, `reveal-${look}`);
  await page.getByLabel('I have stored it').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await go('/org/acme/settings/members', 'john@example.com');
  await shoot(page, `members-${look}`);
  await go('/org/acme/settings/resources', 'Northwind');
  await shoot(page, `resources-${look}`);
  await go('/account', 'Passkeys');
  await shoot(page, `account-${look}`, 1_120);
  await go(KEYS, 'Production scheduler');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('sched');
  await shoot(page, `palette-${look}`);
}

async function photographDoors(page: Page, look: string): Promise<void> {
  await page.goto(`${BASE}/sign-in`);
  await page.getByLabel('Password').waitFor();
  await shoot(page, `sign-in-${look}`);
  const { link } = await call<{ link: string }>('POST', '/v1/organizations/acme/invitations', {
    email: `alan-${look}@example.com`,
    role: 'developer',
  });
  await page.goto(link);
  await page.getByLabel('Your name').waitFor();
  await shoot(page, `invitation-${look}`);
}

try {
  await photograph();
} finally {
  await browser.close();
  await serving.stop();
  rmSync(folder, { recursive: true, force: true });
}
