import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createMember, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser, type OpenedPage } from './harness/browser.ts';
import { API, signIn, startPages } from './harness/pages.ts';

const browser = useBrowser();

const RESOURCES = '/org/acme/settings/resources';
const EMAIL = 'owner@example.com';

/** One of what keys can be scoped to, and one that is named nowhere in this file but here. */
const resourceTypes = [
  { id: 'customer', name: 'Customer' },
  { id: 'facility', name: 'Facility' },
];

describe('Settings → Resources', () => {
  let server: TestServer;
  let opened: OpenedPage;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    await server.call('PUT', '/v1/apis/crm', { body: { ...API, resourceTypes } });
    await createMember(server, 'acme', 'owner');
    await createMember(server, 'acme', 'viewer');
    opened = await browser.open(server.url);
    ({ page } = opened);
    await page.goto(RESOURCES);
    await signIn(page, EMAIL, PASSWORD);
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
  }, 60_000);
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const names = () => page.locator('tbody th').allInnerTexts();
  const put = (id: string, name: string) =>
    server.call('PUT', `/v1/organizations/acme/resources/customer/${id}`, { body: { name } });
  const choose = async (name: string, deed: string) => {
    await page.getByRole('button', { name: `What to do with ${name}` }).click();
    await page.getByRole('menuitem', { name: deed }).click();
  };

  test('says what a scope is, and adds the first', async () => {
    await page.getByText('can never act on another one').waitFor();
    await page.getByRole('button', { name: 'Add customers' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add customers' });
    await dialog.getByLabel('Id').fill('cus 1');
    await dialog.getByLabel('Name').fill('Globex Corp.');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('alert').getByText('must be 1–128 characters').waitFor();
    await dialog.getByLabel('Id').fill('cus_1');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'Globex Corp.' }).waitFor();
    // Said, and gone when it is told to go.
    const said = page.getByRole('region', { name: 'Messages' }).getByText('Globex Corp. added');
    await said.waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await said.waitFor({ state: 'detached' });
    expectCalm(opened, server.url);
  });

  test('does not rename what is there when something is added', async () => {
    await put('cus_1', 'Globex Corp.');
    await page.goto(RESOURCES);
    await page.getByRole('button', { name: 'Add customers' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add customers' });
    await dialog.getByLabel('Id').fill('cus_1');
    await dialog.getByLabel('Name').fill('Somebody else');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('alert').getByText('as “Globex Corp.”').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('takes pasted lines, and says of each that was not taken why', async () => {
    await page.goto(RESOURCES);
    await page.getByRole('button', { name: 'Add customers' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add customers' });
    await dialog.getByRole('tab', { name: 'Many at once' }).click();
    const field = dialog.getByRole('textbox', { name: 'Lines of id and name' });
    const pasted = [
      'id,name',
      'cus_2,Initech',
      'cus_3\tHooli',
      '',
      'cus_4;"Vandelay, ""Art"" Ltd."',
      'cus_5',
      'bad id,Nobody',
      'cus_2,Twice',
    ];
    await field.fill(pasted.join('\n'));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('3 were saved.').waitFor();
    const report = await dialog.getByRole('listitem').allInnerTexts();
    expect(report).toEqual([
      expect.stringMatching(/^Line 6 cus_5 has no name/),
      expect.stringMatching(/^Line 7 bad id is no id/),
      expect.stringMatching(/^Line 8 cus_2 has the same id as line 2/),
    ]);
    expect(await field.inputValue()).toBe('cus_5\nbad id,Nobody\ncus_2,Twice');
    // The session ends meanwhile: nothing that was typed is lost.
    await page.context().clearCookies();
    await field.fill('cus_5,Soylent');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('1 was saved.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect
      .poll(names)
      .toEqual(expect.arrayContaining(['Initech', 'Hooli', 'Vandelay, "Art" Ltd.', 'Soylent']));
  });

  test('finds by name and id, with the search and the type in the address', async () => {
    await put('cus_6', 'Umbrella');
    await page.goto(RESOURCES);
    await page.getByRole('searchbox').fill('umbr');
    await page.waitForURL(/q=umbr/);
    await expect.poll(names).toEqual(['Umbrella']);
    await page.reload();
    await expect.poll(names).toEqual(['Umbrella']);
    await page.getByRole('searchbox').fill('nobody at all');
    await page.getByRole('button', { name: 'Show all customers' }).click();
    await page.getByRole('rowheader', { name: 'Umbrella' }).waitFor();
    await page.getByRole('link', { name: 'Facilities' }).click();
    await page.waitForURL(/type=facility/);
    await page.getByRole('heading', { name: 'No facilities yet' }).waitFor();
    expect(await page.getByRole('link', { name: 'Facilities' }).getAttribute('aria-current')).toBe(
      'page',
    );
  });

  test('renames in place, by keyboard alone', async () => {
    await put('cus_7', 'Stark');
    await page.goto(`${RESOURCES}?q=Stark`);
    await page.getByRole('button', { name: 'What to do with Stark' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'New name of cus_7' }).waitFor();
    // The name is chosen as a whole, and typed over.
    await page.keyboard.type('Stark Industries');
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: 'Stark Industries' }).waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toBe('What to do with Stark Industries');
  });

  test('removes what no key is scoped to, and links to the keys that are', async () => {
    await put('cus_8', 'Wayne');
    const body = {
      apiId: 'crm',
      organizationId: 'acme',
      name: 'Order sync',
      permissions: ['jobs_read'],
      resources: { customer: ['cus_8'] },
    };
    const { body: made } = await server.call('POST', '/v1/keys', { body });
    await page.goto(`${RESOURCES}?q=Wayne`);
    await choose('Wayne', 'Remove');
    const asked = page.getByRole('alertdialog', { name: 'Remove Wayne' });
    await asked.getByText('1 key is scoped to it').waitFor();
    expect(await asked.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
    await asked.getByRole('link', { name: 'Show these keys' }).click();
    await page.waitForURL(/resource=customer/);
    await expect.poll(names).toEqual(['Order sync']);
    await server.call('POST', `/v1/keys/${made.key.id}/revoke`);
    await page.goto(`${RESOURCES}?q=Wayne`);
    await choose('Wayne', 'Remove');
    await asked.getByText('No key is scoped to it').waitFor();
    await asked.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  });

  test('shows to a viewer what there is, and nothing to do', async () => {
    await put('cus_9', 'Cyberdyne');
    const { page: theirs } = await browser.open(server.url);
    await theirs.goto(`${RESOURCES}?q=Cyberdyne`);
    await signIn(theirs, 'viewer@example.com', PASSWORD);
    await theirs.getByRole('rowheader', { name: 'Cyberdyne' }).waitFor();
    expect(await theirs.locator('main').getByRole('button').count()).toBe(0);
  });

  test('is offered only where an API declares something to be scoped to', async () => {
    const tabs = page.getByRole('navigation', { name: 'Settings of the organization' });
    await page.goto('/org/acme/settings/api-keys');
    await tabs.getByRole('link', { name: 'Resources' }).waitFor();
    await server.call('PUT', '/v1/apis/crm', { body: API });
    await page.goto(RESOURCES);
    await page.getByRole('heading', { name: 'Keys are not scoped here' }).waitFor();
    expect(await tabs.getByRole('link').allInnerTexts()).not.toContain('Resources');
    await server.call('PUT', '/v1/apis/crm', { body: { ...API, resourceTypes } });
  });
});
