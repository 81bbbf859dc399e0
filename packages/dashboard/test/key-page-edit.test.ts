import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { PASSWORD } from '../../server/test/harness/people.ts';
import { section, startKeyPages, type KeyPages } from './harness/key-pages.ts';
import { API } from './harness/pages.ts';

const FULL = {
  ...API,
  name: 'Full API',
  formats: {
    ...API.formats,
    pair: { public: { prefix: 'web_pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
  },
  expiry: null,
  resourceTypes: [{ id: 'customer', name: 'Customer' }],
};

const browser = useBrowser();

describe('a key is edited in its place', () => {
  let pages: KeyPages;
  beforeAll(async () => {
    pages = await startKeyPages(browser, async ({ server }) => {
      await server.call('PUT', '/v1/apis/full', { body: FULL });
      const path = '/v1/organizations/acme/resources/customer/cus_1';
      await server.call('PUT', path, { body: { name: 'Globex Corp.' } });
    });
  });
  afterAll(() => pages.stop());

  const read = async (keyId: string) => (await pages.server.call('GET', `/v1/keys/${keyId}`)).body;
  const open = async (page: Page, field: string) => {
    await page.getByRole('button', { name: `Edit ${field}`, exact: true }).click();
    const form = page.getByRole('form', { name: `Edit ${field}` });
    await form.waitFor();
    return form;
  };
  const save = async (page: Page, field: string) => {
    const form = page.getByRole('form', { name: `Edit ${field}` });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByText(`${field} saved. In force everywhere since`).first().waitFor();
  };

  test('what it is called, what it may do and from where', async () => {
    const made = await pages.makeKey({
      apiId: 'full',
      kind: 'pair',
      name: 'Website',
      allowedOrigins: ['a.example.com'],
    });
    const { id } = made.key;
    const { page } = await pages.openKey(id);
    await page.getByRole('button', { name: `Copy: Public key ${made.publicKey}` }).waitFor();
    let form = await open(page, 'Name');
    await form.getByRole('textbox').fill('Website of the shop');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Website of the shop' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Edit Name');

    form = await open(page, 'Description');
    await form.getByRole('textbox').fill('Ask the web team.');
    await save(page, 'Description');

    form = await open(page, 'Permissions');
    await form.getByLabel('Trigger jobs').check();
    await form.getByText('Allowed from then on: Trigger jobs').waitFor();
    await form.getByLabel('Read jobs').uncheck();
    await form.getByText('No longer allowed: Read jobs').waitFor();
    await save(page, 'Permissions');

    form = await open(page, 'Allowed origins');
    await form.getByRole('textbox').fill('*.shop.example.com, http://localhost:3000 ');
    await form
      .getByText('Allowed from then on: *.shop.example.com, http://localhost:3000')
      .waitFor();
    await save(page, 'Allowed origins');

    form = await open(page, 'Allowed IP addresses');
    await form.getByRole('textbox').fill('203.0.113.7');
    await save(page, 'Allowed IP addresses');
    form = await open(page, 'Allowed IP addresses');
    await form.getByRole('button', { name: 'Remove 203.0.113.7' }).click();
    await form.getByText('Allowed from then on: any address').waitFor();
    await form.getByRole('textbox').fill('10.0.0.0/8');
    await save(page, 'Allowed IP addresses');

    expect(await read(id)).toMatchObject({
      name: 'Website of the shop',
      description: 'Ask the web team.',
      permissions: ['jobs_trigger'],
      preset: null,
      allowedOrigins: ['a.example.com', '*.shop.example.com', 'http://localhost:3000'],
      allowedIps: ['10.0.0.0/8'],
    });
  });

  test('how much it may, how long, for whom and what is remembered with it', async () => {
    const { id } = (await pages.makeKey({ apiId: 'full', name: 'Importer' })).key;
    const { page } = await pages.openKey(id);
    let form = await open(page, 'Resources');
    await form.getByLabel('Only these').check();
    await form.getByRole('combobox').fill('glob');
    await page.getByRole('option', { name: /Globex Corp/ }).click();
    await save(page, 'Resources');

    form = await open(page, 'Rate limits');
    await form.getByRole('button', { name: 'Add a limit' }).click();
    await form.getByLabel('Name of the limit').fill('burst');
    await form.getByLabel('Requests').fill('25');
    await save(page, 'Rate limits');

    form = await open(page, 'Credits');
    await form.getByLabel('Give it credits').check();
    await form.getByLabel('Requests to begin with').fill('500');
    await save(page, 'Credits');

    form = await open(page, 'Expires');
    await form.getByLabel('Expires').selectOption('In 30 days');
    await save(page, 'Expires');
    form = await open(page, 'Valid from');
    await form.getByLabel('Valid from').fill('2001-01-01T10:30');
    await save(page, 'Valid from');

    form = await open(page, 'Owner');
    await form.getByLabel('Owner').selectOption('Me (Ada)');
    await save(page, 'Owner');

    form = await open(page, 'Metadata');
    await form.getByRole('textbox').fill('{"plan": ');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Must be a JSON object').waitFor();
    await form.getByRole('textbox').fill('{"plan": "pro"}');
    await save(page, 'Metadata');

    const key = await read(id);
    expect(key).toMatchObject({
      resources: { customer: ['cus_1'] },
      rateLimits: [{ name: 'burst', limit: 25, windowSeconds: 60 }],
      credits: { remaining: 500, refill: null },
      ownerId: pages.people.ada.id,
      metadata: { plan: 'pro' },
    });
    const days = (Date.parse(key.expiresAt) - pages.server.clock.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(key.notBefore).toMatch(/^2001-01-01T/);
  });

  test('what the server finds wrong stands at the field, and nothing typed is lost', async () => {
    const made = await pages.makeKey({
      kind: 'publishable',
      name: 'Widget',
      allowedOrigins: ['a.example.com'],
    });
    const { page } = await pages.openKey(made.key.id);
    const form = await open(page, 'Allowed origins');
    await form.getByRole('textbox').fill('*.github.io ');
    await form.getByRole('button', { name: 'Save' }).click();
    await form
      .getByText(/public suffix/)
      .first()
      .waitFor();
    expect((await read(made.key.id)).allowedOrigins).toEqual(['a.example.com']);
    await form.getByRole('button', { name: 'Remove *.github.io' }).click();
    await form.getByRole('textbox').fill('b.example.com');
    // The session ends in the middle.
    await page.context().clearCookies();
    await form.getByRole('button', { name: 'Save' }).click();
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Allowed origins saved.').first().waitFor();
    expect((await read(made.key.id)).allowedOrigins).toEqual(['a.example.com', 'b.example.com']);
  });

  test('whoever would overwrite what they have not seen is told so first', async () => {
    const { id } = (await pages.makeKey({ name: 'Contended' })).key;
    const { page } = await pages.openKey(id);
    const form = await open(page, 'Name');
    await form.getByRole('textbox').fill('Mine');
    await pages.server.call('PATCH', `/v1/keys/${id}`, { body: { name: 'Theirs' } });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Somebody changed this since you opened it').waitFor();
    expect((await read(id)).name).toBe('Theirs');
    await save(page, 'Name');
    expect((await read(id)).name).toBe('Mine');
    await section(page, 'History').getByText('Theirs').first().waitFor();
  });

  test('a form is left by the keyboard as it was', async () => {
    const { id } = (await pages.makeKey({ name: 'Untouched' })).key;
    const { page } = await pages.openKey(id);
    const form = await open(page, 'Name');
    await page.keyboard.type(' and changed');
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Edit Name');
    expect((await read(id)).name).toBe('Untouched');
  });

  test('what is worth a look leads to the editor that ends it', async () => {
    const { id } = (await pages.makeKey({ name: 'test' })).key;
    const { page } = await pages.openKey(id);
    await page.getByRole('link', { name: '1 worth a look' }).click();
    const findings = section(page, 'Worth a look');
    await findings.getByText('Nobody can tell what "test" is for.').waitFor();
    await findings.getByRole('button', { name: 'Name it' }).click();
    const form = page.getByRole('form', { name: 'Edit Name' });
    await form.getByRole('textbox').fill('Smoke test of the deployment');
    await save(page, 'Name');
    await expect.poll(() => findings.count()).toBe(0);
    await page.getByText('Nothing stands out').waitFor();
  });

  test('what refused a request leads to the editor, too', async () => {
    const { key, secret } = await pages.makeKey({ name: 'Restricted', allowedIps: ['10.0.0.0/8'] });
    await pages.verify(secret, { ip: '198.51.100.4' });
    const { page } = await pages.openKey(key.id);
    const requests = section(page, 'Last requests');
    await requests.getByRole('button', { name: /^Details of the request/ }).click();
    await requests.getByRole('button', { name: 'Edit: Allowed IP addresses' }).click();
    const form = page.getByRole('form', { name: 'Edit Allowed IP addresses' });
    await form.getByRole('textbox').fill('198.51.100.4');
    await save(page, 'Allowed IP addresses');
    expect(await pages.verify(secret, { ip: '198.51.100.4' })).toBe('VALID');
  });

  test('a developer keeps their keys', async () => {
    const { id } = (await pages.makeKey({ name: 'Own', ownerId: pages.people.developer.id })).key;
    const { page } = await pages.openKey(id, 'developer');
    await page.getByRole('button', { name: 'Edit Name' }).waitFor();
    expect(await page.getByRole('button', { name: 'Edit Owner' }).count()).toBe(0);
  });
});
