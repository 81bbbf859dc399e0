import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMember, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser, type OpenedPage } from './harness/browser.ts';
import {
  definePlatform,
  fillForm,
  keysNamed,
  nameField,
  openForm,
  send,
} from './harness/create-key.ts';
import {
  advance,
  KEYS,
  OPERATOR,
  ORGANIZATION,
  setUpOperator,
  signIn,
  startPages,
  takeSecret,
} from './harness/pages.ts';

const browser = useBrowser();

describe('creating a key', () => {
  let server: TestServer;
  let storageState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  let opened: OpenedPage;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    await definePlatform(server);
    const first = await browser.open(server.url);
    await setUpOperator(first.page, server);
    storageState = await first.page.context().storageState();
  });
  beforeEach(async () => {
    opened = await browser.open(server.url, { storageState });
    ({ page } = opened);
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const verify = async (token: string, fields: Record<string, unknown> = {}) => {
    const body = { token, apiId: 'platform', environment: 'staging', ...fields };
    return (await server.call('POST', '/v1/keys/verify', { body })).body.code;
  };
  const focused = () =>
    page.evaluate<string>(
      'document.activeElement?.getAttribute("id") ?? document.activeElement?.name',
    );

  test('nothing that lets a key do anything is chosen beforehand', async () => {
    await openForm(page);
    for (const group of ['environment', 'preset']) {
      expect(await page.locator(`input[name=${group}]:checked`).count()).toBe(0);
    }
    // What a preset holds is seen before it is chosen.
    await page.getByText('Read jobs, Read agents, List jobs, List agents. Follows').waitFor();
    await send(page);
    const summary = page.getByRole('alert').filter({ hasText: '3 things have to be put right' });
    await summary.getByText('Give the key a name.').waitFor();
    await summary.getByText('Choose the environment.').waitFor();
    await summary.getByText('a preset, or at least one permission.').waitFor();
    expectCalm(opened, server.url);
  });

  test('by keyboard alone: what is wrong is found, put right, and sent', async () => {
    await openForm(page);
    await nameField(page).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('field-name');
    expect(await nameField(page).getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.type('Keyboard export');
    // From the summary to the field that it names.
    await page.getByRole('alert').getByRole('button', { name: 'Environment' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('environment');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('alert').getByRole('button', { name: 'Permissions' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('preset');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await nameField(page).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('I have stored it').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Keyboard export' }).waitFor();
    const [key] = await keysNamed(server, 'Keyboard export');
    expect(key).toMatchObject({ environment: 'staging', preset: 'read-only', permissions: [] });
  });

  test('a vague name, and one that a live key has, are warned of and not forbidden', async () => {
    const body = {
      apiId: 'platform',
      organizationId: ORGANIZATION,
      name: 'Warehouse staging',
      preset: 'read-only',
    };
    const { body: twin } = await server.call('POST', '/v1/keys', { body });
    await fillForm(page, 'test');
    await page.getByText('“test” says nothing in half a year.').waitFor();
    await nameField(page).fill('Warehouse Staging');
    await page.getByText(`A live key has this name already: ${twin.key.hint}`).waitFor();
    await send(page);
    await takeSecret(page);
    expect(await keysNamed(server, 'Warehouse Staging')).toHaveLength(1);
  });

  test('permissions are searched, taken by the group, and sent as they are chosen', async () => {
    await openForm(page);
    await nameField(page).fill('Agent cleaner');
    await page.getByRole('radio', { name: 'production' }).check();
    await page.getByRole('radio', { name: 'Choose one by one' }).check();
    await page.getByRole('button', { name: 'Select all of “Read”' }).click();
    await page.getByText('4 of 12 chosen').waitFor();
    await page.getByRole('searchbox', { name: 'Search permissions' }).fill('delete');
    expect(await page.getByRole('checkbox', { name: 'Read jobs' }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Delete agents' }).check();
    await page.getByRole('searchbox', { name: 'Search permissions' }).fill('');
    await page.getByRole('checkbox', { name: 'List agents' }).uncheck();
    // Looking at a preset costs nothing that was chosen one by one.
    await page.getByRole('radio', { name: 'Full access' }).check();
    await page.getByRole('radio', { name: 'Choose one by one' }).check();
    await send(page);
    await takeSecret(page);
    const [key] = await keysNamed(server, 'Agent cleaner');
    expect(key).toMatchObject({ preset: null, environment: 'production' });
    expect(key.permissions.toSorted()).toEqual([
      'agents_delete',
      'agents_read',
      'jobs_list',
      'jobs_read',
    ]);
  });

  test('origins are taken apart as they are pasted, checked at once, and by the server after', async () => {
    await fillForm(page, 'Search widget');
    await page.getByRole('radio', { name: 'Publishable key' }).check();
    expect(await page.getByRole('radio', { name: 'Full access' }).count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: 'Delete jobs' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Read jobs' }).check();
    const field = page.getByRole('textbox', { name: 'Allowed origins' });
    await field.pressSequentially('localhost:3000');
    await page.getByText('Must have a scheme where it has a port').waitFor();
    await field.fill('');
    await field.focus();
    await page.evaluate(`
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', 'app.example.com, https://www.example.com/shop;*.github.io\\nAPP.example.com');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    `);
    await page.getByText('3 added. 1 was there already.').waitFor();
    await page.getByText('Must end after the host or the port').waitFor();
    await send(page);
    await page.getByRole('alert').getByText('Correct or remove what is marked.').waitFor();
    await page.getByRole('button', { name: 'Use https://www.example.com' }).click();
    await send(page);
    // Public suffixes are known to the server alone.
    await page.getByRole('alert').getByText('“*.github.io” must not be a wildcard').waitFor();
    await expect.poll(focused).toBe('field-allowedOrigins');
    await page.getByRole('button', { name: 'Remove *.github.io' }).click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    // What is still being typed counts.
    await field.pressSequentially('*.example.com');
    await send(page);
    const dialog = page.getByRole('alertdialog', { name: 'Your publishable key' });
    const key = await dialog.locator('code').first().innerText();
    // It can be shown again, so nothing has to be confirmed.
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Search widget' }).waitFor();
    expect(await verify(key, { origin: 'https://shop.example.com' })).toBe('VALID');
    expect(await verify(key, { origin: 'https://www.example.com' })).toBe('VALID');
    expect(await verify(key, { origin: 'https://example.com' })).toBe('ORIGIN_NOT_ALLOWED');
  });

  test('more origins than a key takes are counted, and none is dropped in silence', async () => {
    await fillForm(page, 'Many origins');
    await page.getByRole('radio', { name: 'Public and secret key' }).check();
    const many = Array.from({ length: 52 }, (_, index) => `s${index}.example.com`);
    await page.getByRole('textbox', { name: 'Allowed origins' }).fill(many.join(' '));
    await send(page);
    await page.getByRole('alert').getByText('52 entries; at most 50.').waitFor();
  });

  test('a pair shows both halves and what each is for', async () => {
    await fillForm(page, 'Shop front');
    await page.getByRole('radio', { name: 'Public and secret key' }).check();
    await page.getByRole('textbox', { name: 'Allowed origins' }).fill('shop.example.com,');
    await send(page);
    const dialog = page.getByRole('alertdialog', { name: 'Store your key now' });
    await dialog.getByText('For servers, which send it behind the public half.').waitFor();
    await dialog.getByText('Alone it works from the allowed origins only.').waitFor();
    const [secret, open] = await dialog.locator('[data-copied] > code').allInnerTexts();
    const line = await dialog.getByRole('tabpanel').locator('pre').innerText();
    expect(line).toBe(`export PLATFORM_API_KEY='${open}:${secret}'`);
    await takeSecret(page);
    expect(await verify(`${open}:${secret}`)).toBe('VALID');
    expect(await verify(open ?? '', { origin: 'https://shop.example.com' })).toBe('VALID');
  });

  test('resources come from the directory, by the keyboard, or by their ids', async () => {
    await fillForm(page, 'Customer export');
    await page.getByRole('radio', { name: 'Only these' }).check();
    await send(page);
    await page.getByRole('alert').getByText('Choose at least one, or allow all.').waitFor();
    const search = page.getByRole('combobox', { name: 'Search customers by name or id' });
    await search.pressSequentially('glob');
    const offers = page.getByRole('listbox', { name: 'Search customers' }).getByRole('option');
    await expect
      .poll(() => offers.allTextContents())
      .toEqual(['Globular cus_2', 'Globex Corp. cus_1', 'Add the id “glob”']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Globex Corp.' }).waitFor();
    await search.pressSequentially('cus_99');
    await page.getByRole('option', { name: 'Add the id “cus_99”' }).click();
    await search.fill('no such thing');
    await page.getByText('An id has letters, digits').waitFor();
    await search.fill('');
    await send(page);
    const secret = await takeSecret(page);
    expect(await verify(secret, { resources: { customer: ['cus_1', 'cus_99'] } })).toBe('VALID');
    expect(await verify(secret, { resources: { customer: 'cus_2' } })).toBe('RESOURCE_NOT_ALLOWED');
  });

  test('limits begin with those of the API, say themselves in words, and keep to its maximum', async () => {
    await fillForm(page, 'Slow reader');
    await page.getByText('60 requests a minute, reads only').waitFor();
    await page
      .getByText('1,000 requests a minute, all keys of the organization together')
      .waitFor();
    await page.getByRole('button', { name: 'Change for this key: read' }).click();
    await page.getByLabel('Requests', { exact: true }).fill('1001');
    await page.getByText('More than the API allows: 1,000 requests a minute.').waitFor();
    await send(page);
    await expect.poll(focused).toBe('field-rateLimits-0-limit');
    await page.keyboard.type('5');
    await page.getByLabel('Requests', { exact: true }).fill('5');
    await page.getByText('5 requests a minute, reads only.').waitFor();
    await page.getByRole('button', { name: 'Add a limit' }).click();
    await page.keyboard.type('burst');
    const burst = page.getByRole('group', { name: 'For this key burst' });
    await burst.getByLabel('Per').fill('10');
    await burst.getByLabel('Unit').selectOption('seconds');
    await burst.getByLabel('Counts').selectOption('writes only');
    await burst.getByText('60 requests in 10 seconds, writes only.').waitFor();
    await page.getByRole('checkbox', { name: 'Give it credits' }).check();
    await page.getByLabel('Filled up again').selectOption('Every day');
    await page.getByLabel('To', { exact: true }).fill('500');
    await page.getByText('1,000 requests, then 500 anew each day (UTC).').waitFor();
    await send(page);
    await takeSecret(page);
    const [key] = await keysNamed(server, 'Slow reader');
    expect(key.rateLimits).toEqual([
      { name: 'read', limit: 5, windowSeconds: 60, access: 'read' },
      { name: 'burst', limit: 60, windowSeconds: 10, access: 'write' },
    ]);
    expect(key.credits).toEqual({ remaining: 1_000, refill: { amount: 500, interval: 'day' } });
  });

  test('a life is as long as the API lets it be, and its end is shown', async () => {
    await fillForm(page, 'Short liver');
    const expires = page.getByLabel('Expires');
    expect(await expires.locator('option').allInnerTexts()).toEqual([
      'In 90 days (the API’s default)',
      'In 7 days',
      'In 30 days',
      'In 365 days',
      'At an exact time',
    ]);
    await expires.selectOption('At an exact time');
    await page.getByLabel('Time of expiry').fill('2099-01-01T12:00');
    await send(page);
    await page.getByRole('alert').getByText('Keys of this API end by').waitFor();
    const year = new Date().getFullYear();
    await expires.selectOption('In 30 days');
    await page.getByText(new RegExp(`Ends on .*(${year}|${year + 1})`)).waitFor();
    await page.getByText('Advanced').click();
    await page.getByLabel('Valid from').fill('2099-01-01T12:00');
    await page.getByText('Advanced').click();
    await send(page);
    // What is wrong is opened.
    await page
      .locator('#field-notBefore-fault')
      .getByText('Must lie before the key ends.')
      .waitFor();
    await expect.poll(focused).toBe('field-notBefore');
    await page.getByLabel('Valid from').fill('');
    await page.getByLabel('Owner').selectOption('Me (Operator)');
    await page.getByLabel('Description').fill('For the report');
    await page.getByLabel('Allowed IP addresses').fill('10.0.0.1/8 ');
    await page.getByRole('button', { name: 'Use 10.0.0.0/8' }).click();
    await page.getByLabel('Metadata').fill('{"plan"');
    await page.getByText('Must be a JSON object').waitFor();
    await page.getByLabel('Metadata').fill('{"plan": {"name": "pro"}}');
    await send(page);
    await takeSecret(page);
    const [key] = await keysNamed(server, 'Short liver');
    expect(key).toMatchObject({
      description: 'For the report',
      allowedIps: ['10.0.0.0/8'],
      metadata: { plan: { name: 'pro' } },
      ownerId: expect.stringMatching(/^usr_/),
    });
    const days = (Date.parse(key.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  test('sent twice at once, one key is made', async () => {
    await fillForm(page, 'Impatient export');
    await page.evaluate(`{
      const form = document.querySelector('form');
      form.requestSubmit();
      form.requestSubmit();
      form.requestSubmit();
    }`);
    await takeSecret(page);
    expect(await keysNamed(server, 'Impatient export')).toHaveLength(1);
  });

  test('when its answer was lost, sending it again makes no second key', async () => {
    await fillForm(page, 'Lost answer');
    const expiry = page.getByLabel('Expires');
    await expiry.selectOption('In 30 days');
    // The server does what it is asked, and the connection breaks off before its answer comes.
    await page.route('**/v1/keys', async (route) => {
      if (route.request().method() === 'POST') await route.fetch();
      await route.abort();
    });
    await send(page);
    await page.getByRole('alert').getByText('it is made once, and no second time').waitFor();
    expect(await nameField(page).inputValue()).toBe('Lost answer');
    await page.unroute('**/v1/keys');
    await send(page);
    expect(await verify(await takeSecret(page))).toBe('VALID');
    expect(await keysNamed(server, 'Lost answer')).toHaveLength(1);
  });

  test('what the server refuses as a whole is said, and nothing is lost', async () => {
    await fillForm(page, 'One too many');
    await server.call('PUT', `/v1/organizations/${ORGANIZATION}`, { body: { name: 'Acme' } });
    await page.route('**/v1/keys', (route) =>
      route.request().method() === 'POST'
        ? route.continue({
            postData: JSON.stringify({
              ...JSON.parse(route.request().postData() ?? ''),
              apiId: 'gone',
            }),
          })
        : route.continue(),
    );
    await send(page);
    await page.getByRole('alert').getByText('gone').waitFor();
    expect(await nameField(page).inputValue()).toBe('One too many');
  });

  test('another API or kind keeps what was filled in', async () => {
    await fillForm(page, 'Careful export');
    await page.getByRole('radio', { name: 'Public and secret key' }).check();
    await page.getByRole('textbox', { name: 'Allowed origins' }).fill('a.example.com ');
    const api = page.getByRole('combobox', { name: 'API', exact: true });
    await api.selectOption('Interact API');
    expect(await nameField(page).inputValue()).toBe('Careful export');
    expect(await page.getByRole('textbox', { name: 'Allowed origins' }).count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'staging' }).isChecked()).toBe(true);
    await api.selectOption('Platform API');
    expect(await page.getByRole('radio', { name: 'Public and secret key' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Remove a.example.com' }).waitFor();
  });

  test('leaving with something filled in asks first', async () => {
    await page.goto(KEYS);
    await page.getByRole('link', { name: 'Create key' }).click();
    await nameField(page).waitFor();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Create key' }).click();
    await nameField(page).fill('Half a name');
    const asked = page.getByRole('alertdialog', { name: 'Leave' });
    await page.getByRole('link', { name: 'Cancel' }).click();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    expect(await nameField(page).inputValue()).toBe('Half a name');
    await page.goBack();
    await asked.waitFor();
    await page.keyboard.press('Escape');
    expect(await nameField(page).inputValue()).toBe('Half a name');
    // The tab asks, too.
    const said: string[] = [];
    page.on('dialog', (dialog) => {
      said.push(dialog.type());
      void dialog.dismiss();
    });
    await page.evaluate('setTimeout(() => location.reload())');
    await expect.poll(() => said).toEqual(['beforeunload']);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await asked.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
  });

  test('a developer makes keys of their own', async () => {
    const { id, email } = await createMember(server, ORGANIZATION, 'developer');
    await page.context().clearCookies();
    await page.goto(KEYS);
    await signIn(page, email, PASSWORD);
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    await fillForm(page, 'My own tool');
    await page.getByText('Advanced').click();
    await page.getByText('You: your role is for keys of your own').waitFor();
    await send(page);
    await takeSecret(page);
    expect(await keysNamed(server, 'My own tool')).toMatchObject([{ ownerId: id }]);
  });

  test('a viewer is told what the role is for, and a stranger that they are none', async () => {
    const { email } = await createMember(server, ORGANIZATION, 'viewer');
    await page.context().clearCookies();
    await page.goto(`${KEYS}/new`);
    await signIn(page, email, PASSWORD);
    await page.getByText('In Acme you are viewer').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await page.goto('/org/elsewhere/settings/api-keys/new');
    await page.getByRole('heading', { name: 'You are not in this organization' }).waitFor();
  });

  describe('a replacement', () => {
    const createOld = async (name: string, fields: Record<string, unknown> = {}) => {
      const body = {
        apiId: 'platform',
        organizationId: ORGANIZATION,
        environment: 'staging',
        name,
        permissions: ['jobs_read', 'jobs_delete'],
        ...fields,
      };
      return (await server.call('POST', '/v1/keys', { body })).body;
    };

    test('begins with what the old key has, and leaves the old key as it is', async () => {
      const old = await createOld('Old export', {
        kind: 'pair',
        allowedOrigins: ['shop.example.com'],
        resources: { customer: ['cus_1'] },
        rateLimits: [{ name: 'read', limit: 7, windowSeconds: 120, access: 'read' }],
        credits: { remaining: 50, refill: { amount: 70, interval: 'month' } },
        metadata: { plan: 'pro' },
        description: 'Made long ago',
        ownerId: 'user_42',
      });
      await page.goto(`${KEYS}/new?replaces=${old.key.id}`);
      await page.getByText('Both work: put the new one in place').waitFor();
      await page.getByText('Platform API, staging, Public and secret key').waitFor();
      expect(await nameField(page).inputValue()).toBe('Old export');
      expect(await page.getByText('A live key has this name already').count()).toBe(0);
      await page.getByText('7 requests in 2 minutes, reads only.').waitFor();
      await page.getByText('The old key keeps its own credits').waitFor();
      await nameField(page).fill('New export');
      await page.getByRole('checkbox', { name: 'Delete jobs' }).uncheck();
      await send(page);
      await takeSecret(page);
      const [made] = await keysNamed(server, 'New export');
      const taken = [
        'apiId environment kind preset description allowedOrigins allowedIps',
        'resources rateLimits credits ownerId metadata expiresAt',
      ].flatMap((line) => line.split(' '));
      for (const field of taken) expect([field, made[field]]).toEqual([field, old.key[field]]);
      expect(made).toMatchObject({ permissions: ['jobs_read'], replacesKeyId: old.key.id });
      expect((await server.call('GET', `/v1/keys/${old.key.id}`)).body.status).toBe('active');
    });

    test('of a preset and more beside it takes both over', async () => {
      const old = await createOld('Mixed export', {
        preset: 'read-only',
        permissions: ['jobs_export'],
      });
      await page.goto(`${KEYS}/new?replaces=${old.key.id}`);
      await page.getByText('Besides the preset').waitFor();
      await send(page);
      await takeSecret(page);
      const made = await keysNamed(server, 'Mixed export');
      expect(made).toHaveLength(2);
      for (const key of made) {
        expect(key).toMatchObject({ preset: 'read-only', permissions: ['jobs_export'] });
      }
    });

    test('of a key that there is not is refused', async () => {
      await page.goto(`${KEYS}/new?replaces=key_0000000000000000000000`);
      await page.getByRole('alert').getByText('key_0000000000000000000000').waitFor();
      expect(await nameField(page).count()).toBe(0);
    });
  });

  // The last: it lets every session grow old.
  test('a session that ends meanwhile and an answer that came too late lose nothing', async () => {
    await fillForm(page, 'Very late answer');
    await page.getByText('Advanced').click();
    await page.getByLabel('Description').fill('Typed before it ended');
    await page.route('**/v1/keys', async (route) => {
      if (route.request().method() === 'POST') await route.fetch();
      await route.abort();
    });
    await send(page);
    await page.getByRole('alert').getByText('it is made once').waitFor();
    await page.unroute('**/v1/keys');
    await advance(server, 11 * 60_000);
    await send(page);
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').getByText('its secret can no longer be shown').waitFor();
    expect(await page.getByLabel('Description').inputValue()).toBe('Typed before it ended');
    expect(await keysNamed(server, 'Very late answer')).toHaveLength(1);
  });
});
