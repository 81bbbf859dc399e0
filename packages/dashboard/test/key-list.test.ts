import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createMember, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser } from './harness/browser.ts';
import { advance, API, OPERATOR, setUpOperator, signIn, startPages } from './harness/pages.ts';

const DAY_MS = 86_400_000;

const browser = useBrowser();

describe('the list of keys', { timeout: 90_000 }, () => {
  let server: TestServer;
  /** The operator's; every test begins on an address of its own. */
  let page: Page;
  let complaints: Awaited<ReturnType<typeof browser.open>>;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    server = await startPages();
    const body = { name: 'Umbrella' };
    for (const id of ['umbrella', 'busy', 'bare']) {
      await server.call('PUT', `/v1/organizations/${id}`, { body });
    }
    await server.call('PUT', '/v1/apis/web', { body: { ...API, name: 'Web API' } });
    complaints = await browser.open(server.url);
    ({ page } = complaints);
    await setUpOperator(page, server);
  });
  afterEach(() => expectCalm(complaints, server.url));
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const create = async (name: string, fields: object = {}) => {
    const { body } = await server.call('POST', '/v1/keys', {
      body: {
        apiId: 'interact',
        organizationId: 'umbrella',
        name,
        permissions: ['jobs_read'],
        ...fields,
      },
    });
    ids[name] = body.key.id;
    return body;
  };
  const status = async (name: string) =>
    (await server.call('GET', `/v1/keys/${ids[name]}`)).body.status;
  const addressOf = (organizationId: string) => `/org/${organizationId}/settings/api-keys`;
  const namesOn = (of: Page) => of.locator('tbody th').allInnerTexts();
  const names = () => namesOn(page);
  /** Long enough for a machine that does something else as well. */
  const soon = <Value>(look: () => Value | Promise<Value>) =>
    expect.poll(look, { timeout: 10_000 });

  test('shows what a key is, in words', async () => {
    await create('Words', {
      permissions: ['jobs_read', 'jobs_trigger'],
      rateLimits: [
        { name: 'read', limit: 60, windowSeconds: 60 },
        { name: 'write', limit: 1_000, windowSeconds: 900 },
      ],
    });
    await create('Preset', { preset: 'read-only', permissions: [] });
    await page.goto(`${addressOf('umbrella')}?q=words`);
    const row = page.getByRole('row', { name: 'Words' });
    await row.getByText('1,000 / 15 min').waitFor();
    expect(await row.getByText('60 / min', { exact: true }).count()).toBe(1);
    expect(await row.getByText('Secret', { exact: true }).count()).toBe(1);
    await page.goto(`${addressOf('umbrella')}?q=preset`);
    const permissions = page.getByRole('button', { name: 'Read only' });
    // Whoever has no mouse learns what the preset grants, too.
    await permissions.focus();
    await page.getByRole('tooltip', { name: 'Read jobs' }).waitFor({ state: 'attached' });
  });

  test('filters stand in the address, are named above the list and come off one by one', async () => {
    const expiresAt = new Date(server.clock.now() + 5 * DAY_MS).toISOString();
    await create('Filtered soon', { organizationId: 'busy', expiresAt });
    await create('Filtered staging', { organizationId: 'busy', environment: 'staging' });
    await create('Filtered web', { organizationId: 'busy', apiId: 'web' });
    await page.goto(`${addressOf('busy')}?q=filtered`);
    await soon(names).toHaveLength(3);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('dialog').getByLabel('Expires').selectOption('Within 7 days');
    await soon(names).toEqual(['Filtered soon']);
    expect(page.url()).toContain('expiring=7');
    await page.getByRole('dialog').getByLabel('API').selectOption('Web API');
    await page.getByRole('heading', { name: 'No key matches' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove: Expires within 7 days' }).click();
    await soon(names).toEqual(['Filtered web']);
    await page.getByRole('button', { name: 'Remove: API: Web API' }).click();
    await page.getByLabel('Environment').selectOption('staging');
    await soon(names).toEqual(['Filtered staging']);
    await page.goBack();
    await soon(names).toHaveLength(3);
  });

  test('"/" leads to the search and Escape clears it', async () => {
    await page.goto(addressOf('busy'));
    await page.getByRole('button', { name: 'Filters' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('a/b');
    await page.waitForURL(/q=a/);
    const search = page.getByRole('searchbox');
    expect(await search.inputValue()).toBe('a/b');
    await page.keyboard.press('Escape');
    await soon(() => new URL(page.url()).search).toBe('');
    expect(await search.inputValue()).toBe('');
  });

  describe('pages', () => {
    beforeAll(async () => {
      for (let n = 0; n < 60; n++) await create(`Paged ${n}`, { apiId: 'web' });
    });

    test('lead on and back one at a time, after a reload as well', async () => {
      await page.goto(`${addressOf('umbrella')}?api=web&size=25`);
      await page.getByText('60 keys').waitFor();
      const first = await names();
      expect(first).toHaveLength(25);
      const turn = async (to: 'Older' | 'Newer') => {
        const before = await names();
        await page.getByRole('button', { name: to }).click();
        await soon(names).not.toEqual(before);
        return names();
      };
      const second = await turn('Older');
      expect(await turn('Older')).toHaveLength(10);
      expect(await page.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
      await page.reload();
      await soon(names).toHaveLength(10);
      expect(await turn('Newer')).toEqual(second);
      expect(await turn('Newer')).toEqual(first);
      expect(await page.getByRole('button', { name: 'Newer' }).isDisabled()).toBe(true);
      await page.getByLabel('Keys on a page').selectOption('100 a page');
      await soon(names).toHaveLength(60);
    });

    test('all that match are disabled, after it was said what that means', async () => {
      const { secret } = await create('Paged and used', { apiId: 'web' });
      for (let n = 0; n < 3; n++) {
        const body = { token: secret, apiId: 'web', environment: 'production' };
        await server.call('POST', '/v1/keys/verify', { body });
      }
      await page.goto(`${addressOf('umbrella')}?api=web&size=25&q=paged`);
      await page.getByText('61 keys').waitFor();
      await page.getByLabel('Select every key on this page').check();
      const bar = page.getByRole('region', { name: 'Selected keys' });
      await bar.getByText('25 keys selected').waitFor();
      await bar.getByRole('button', { name: 'Select all 61 that match' }).click();
      await bar.getByRole('button', { name: 'Disable' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Disable 61 keys?' });
      await dialog.getByText('3 requests in the last 24 hours').waitFor();
      expect(await status('Paged and used')).toBe('active');
      // What is made after it was looked at is not meant.
      await server.advance(10);
      await create('Paged afterwards', { apiId: 'web' });
      await dialog.getByRole('button', { name: 'Disable' }).click();
      const done = page.getByRole('alertdialog', { name: '61 keys are disabled' });
      await done.getByRole('button', { name: 'Done' }).click();
      await bar.waitFor({ state: 'detached' });
      expect(await status('Paged and used')).toBe('inactive');
      expect(await status('Paged 0')).toBe('inactive');
      expect(await status('Paged afterwards')).toBe('active');
      await soon(() => page.getByText('Inactive', { exact: true }).count()).toBe(25);
    });
  });

  test('those that are ticked are deleted after the password, and what cannot be is said', async () => {
    for (const name of ['Ticked one', 'Ticked two', 'Ticked three']) await create(name);
    await server.call('POST', `/v1/keys/${ids['Ticked two']}/revoke`, { body: {} });
    await page.goto(`${addressOf('umbrella')}?q=ticked`);
    await page.getByLabel('Select Ticked one').check();
    await page.getByLabel('Select Ticked two').check();
    const bar = page.getByRole('region', { name: 'Selected keys' });
    await bar.getByRole('button', { name: 'Enable' }).click();
    const nothing = page.getByRole('alertdialog', { name: 'Nothing to do' });
    await nothing.getByText('1 key is like that already.').waitFor();
    await nothing.getByText('was revoked').waitFor();
    await nothing.getByRole('button', { name: 'Done' }).click();
    await advance(server, 11 * 60_000);
    await bar.getByRole('button', { name: 'Delete' }).click();
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await asked.getByRole('button', { name: 'Continue' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete 2 keys?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog', { name: '2 keys are deleted' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await soon(names).toEqual(['Ticked three']);
    expect((await server.call('GET', `/v1/keys/${ids['Ticked one']}`)).status).toBe(404);
  });

  test('a key is switched from its row, and as it was when the server refuses', async () => {
    await create('Switched');
    await page.goto(`${addressOf('umbrella')}?q=switched`);
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Actions for Switched' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const row = page.getByRole('row', { name: 'Switched' });
    await choose('Disable');
    await page.getByText('“Switched” is disabled.', { exact: true }).waitFor();
    expect(await status('Switched')).toBe('inactive');
    await choose('Enable');
    await page.getByText('“Switched” is enabled.', { exact: true }).waitFor();

    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/disable', async (route) => {
      await held;
      await route.continue();
    });
    await choose('Disable');
    await row.getByText('Inactive').waitFor();
    await server.call('POST', `/v1/keys/${ids['Switched']}/revoke`, { body: {} });
    answer();
    await page.getByText(/“Switched” is as it was: .*was revoked/).waitFor();
    await row.getByText('Revoked').waitFor();
    await page.unroute('**/disable');
  });

  test('columns are chosen, remembered and put back', async () => {
    await create('Columned', { ownerId: 'user_of_columns' });
    await page.goto(`${addressOf('umbrella')}?q=columned`);
    const headings = () => page.getByRole('columnheader').allInnerTexts();
    await page.getByRole('rowheader', { name: 'Columned' }).waitFor();
    const usual = await headings();
    expect(usual).not.toContain('Owner');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Owner' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Created' }).click();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByText('user_of_columns').waitFor();
    expect(await headings()).not.toContain('Created');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitem', { name: 'Reset columns' }).click();
    await soon(headings).toEqual(usual);
  });

  test('on a telephone each key says when it was used and when it expires, and all can be sorted', async () => {
    await create('Pocket one');
    await server.advance(1_000);
    await create('Pocket two', { ownerId: 'user_1' });
    const context = page.context();
    const narrow = await context.newPage();
    await narrow.setViewportSize({ width: 360, height: 740 });
    await narrow.goto(`${server.url}${addressOf('umbrella')}?q=pocket`);
    const cards = narrow.getByRole('list', { name: 'API keys' }).getByRole('listitem');
    await cards.first().getByText('Pocket two').waitFor();
    expect(await cards.first().innerText()).toMatch(
      /int_\S+\s+Secret\s+production\s+Never used\s+Expires in 3 months/,
    );
    await narrow.getByLabel('Sort by').selectOption('Name, A to Z');
    await soon(() => cards.first().innerText()).toContain('Pocket one');
    await narrow.close();
  });

  test('an organization without keys is told what they are', async () => {
    await page.goto(addressOf('bare'));
    await page.getByRole('heading', { name: 'No API keys yet' }).waitFor();
    await page.getByText('curl -H "Authorization: Bearer $').waitFor();
    expect(await page.getByRole('link', { name: 'reference' }).getAttribute('href')).toBe('/docs');
    await page.getByRole('link', { name: 'Create key' }).click();
    await page.waitForURL(/\/api-keys\/new$/);
  });

  test('what could not be loaded is asked for again', async () => {
    await create('Loaded late');
    const json = { code: 'INTERNAL_ERROR', title: 'It failed', detail: 'Something went wrong.' };
    await page.route('**/v1/keys?*', (route) => route.fulfill({ status: 500, json }));
    await page.goto(`${addressOf('umbrella')}?q=loaded`);
    const main = page.locator('main');
    await main.getByRole('alert').waitFor({ timeout: 20_000 });
    await page.unroute('**/v1/keys?*');
    await main.getByRole('button', { name: 'Try again' }).click();
    await soon(names).toEqual(['Loaded late']);
  });

  test('developers see and select their own keys, viewers select none', async () => {
    const developer = await createMember(server, 'umbrella', 'developer', 'dora');
    const viewer = await createMember(server, 'umbrella', 'viewer', 'vera');
    await create('Shared: not hers');
    await create('Shared: hers', { ownerId: developer.id });
    const hers = await browser.open(server.url);
    await hers.page.goto(`${addressOf('umbrella')}?q=shared`);
    await signIn(hers.page, developer.email, PASSWORD);
    await hers.page.getByLabel('Select Shared: hers').check();
    expect(await namesOn(hers.page)).toEqual(['Shared: hers']);
    await hers.page.getByText('1 key', { exact: true }).waitFor();
    await hers.page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = hers.page.getByRole('alertdialog', { name: 'Revoke 1 key?' });
    await dialog.getByLabel('Why, for the record').fill('Laptop was lost');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await hers.page.getByRole('alertdialog', { name: '1 key is revoked' }).waitFor();
    const { body } = await server.call('GET', `/v1/keys/${ids['Shared: hers']}`);
    expect(body).toMatchObject({ status: 'revoked', revokedReason: 'Laptop was lost' });
    expect(await status('Shared: not hers')).toBe('active');

    const looking = await browser.open(server.url);
    await looking.page.goto(`${addressOf('umbrella')}?q=shared`);
    await signIn(looking.page, viewer.email, PASSWORD);
    await soon(() => namesOn(looking.page)).toHaveLength(2);
    expect(await looking.page.getByRole('checkbox').count()).toBe(0);
    await looking.page.getByRole('button', { name: 'Actions for Shared: not hers' }).click();
    await looking.page.getByRole('menuitem').first().waitFor();
    expect(await looking.page.getByRole('menuitem').allInnerTexts()).toEqual(['Open', 'Copy id']);
  });

  test('a session that ended is begun again over the list', async () => {
    await create('After the session');
    const other = await browser.open(server.url);
    await other.page.goto(`${addressOf('umbrella')}?q=session`);
    await signIn(other.page, OPERATOR.email, OPERATOR.password);
    await soon(() => namesOn(other.page)).toHaveLength(1);
    await other.page.context().clearCookies();
    await other.page.getByLabel('Status').selectOption('Active');
    const asked = other.page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await soon(() => namesOn(other.page)).toEqual(['After the session']);
    expect(other.page.url()).toContain('status=active');
  });
});
