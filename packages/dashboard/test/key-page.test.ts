import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD } from '../../server/test/harness/people.ts';
import type { Answer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser } from './harness/browser.ts';
import { section, startKeyPages, type KeyPages } from './harness/key-pages.ts';
import { advance, API, KEYS, takeSecret } from './harness/pages.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const browser = useBrowser();

describe('the page of a key', () => {
  let pages: KeyPages;
  /** Used over weeks. */
  let busy: Answer['body'];

  beforeAll(async () => {
    pages = await startKeyPages(browser, async ({ server, makeKey, verify }) => {
      const reversible = { ...API, name: 'Reversible API', revocation: 'reversible' };
      await server.call('PUT', '/v1/apis/reversible', { body: reversible });
      busy = await makeKey({ name: 'Nightly export' });
      await verify(busy.secret, { environment: 'staging' }, 3);
      await advance(server, 20 * DAY_MS);
      await verify(busy.secret, { permissions: ['jobs_trigger'] }, 2);
      await verify(busy.secret, {}, 5);
      await advance(server, 4 * DAY_MS);
      await verify(busy.secret, {}, 7);
      await advance(server, HOUR_MS);
    });
  });
  afterAll(() => pages.stop());
  const makeKey: KeyPages['makeKey'] = (fields) => pages.makeKey(fields);
  const verify: KeyPages['verify'] = (...ask) => pages.verify(...ask);
  const openKey: KeyPages['openKey'] = (...of) => pages.openKey(...of);
  const call: KeyPages['server']['call'] = (...request) => pages.server.call(...request);

  test('draws what came of its requests over three spans, kept in the address', async () => {
    const opened = await openKey(busy.key.id);
    const { page } = opened;
    const usage = section(page, 'Usage');
    const sums = async () => (await usage.locator('dd').allInnerTexts()).slice(0, 2);
    await expect.poll(sums).toEqual(['7', '0 0%']);
    await usage.getByRole('radio', { name: '7 days' }).click();
    await page.waitForURL(/range=7d/);
    await expect.poll(sums).toEqual(['14', '2 14.3%']);
    await usage.getByRole('radio', { name: '30 days' }).click();
    await expect.poll(sums).toEqual(['17', '5 29.4%']);
    await page.reload();
    await expect.poll(sums).toEqual(['17', '5 29.4%']);

    await usage.locator('.recharts-wrapper').waitFor();
    await usage.getByText('Show the numbers').click();
    const rows = await usage.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.split('\t').slice(1))).toEqual([
      ['Allowed', 'Other environment', 'Permission missing'],
      ['0', '3', '0'],
      ['5', '0', '2'],
      ['7', '0', '0'],
    ]);
    // From bar to bar by the keyboard.
    await usage.getByRole('application').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    await usage.locator('.recharts-tooltip-wrapper').getByText('requests').waitFor();
    expectCalm(opened, pages.server.url);
  });

  test('says so where there was no request', async () => {
    const { key } = await makeKey({ name: 'Never used' });
    const { page } = await openKey(key.id);
    await page.getByText('No requests in the last 24 hours').waitFor();
    await page.getByText('No requests on record').waitFor();
  });

  test('lists the last requests with what to do about a refusal, page by page, and live', async () => {
    const { key, secret } = await makeKey({ name: 'Mail relay' });
    const request = { method: 'POST', path: '/v1/jobs', userAgent: 'relay/1.0', id: 'req-7' };
    await verify(secret, { ip: '203.0.113.7', request }, 11);
    await verify(secret, { permissions: ['jobs_trigger'], ip: '203.0.113.8', request });
    const { page } = await openKey(key.id);
    const requests = section(page, 'Last requests');
    const outcomes = () => requests.locator('tbody tr td:nth-child(2)').allInnerTexts();
    await expect.poll(outcomes).toEqual(['Permission missing', ...Array(9).fill('Allowed')]);
    await requests.getByRole('button', { name: 'Show older requests' }).click();
    await expect.poll(async () => (await outcomes()).length).toBe(12);

    await requests
      .getByRole('button', { name: /^Details of the request/ })
      .first()
      .click();
    for (const text of [
      'Add the permission that was asked for.',
      'relay/1.0',
      'req-7',
      'jobs_trigger',
    ]) {
      await requests.getByText(text).waitFor();
    }
    await requests.getByRole('switch', { name: 'Live' }).click();
    await verify(secret, { environment: 'staging' });
    await page.clock.fastForward(4_000);
    await requests.getByText('Other environment').waitFor();
  });

  test('tells its history in words', async () => {
    const { key } = await makeKey({ name: 'Billing export' });
    const path = `/v1/keys/${key.id}`;
    const long = 'x'.repeat(120);
    await call('PATCH', path, { body: { name: 'Billing export 2' } });
    await call('PATCH', path, { body: { description: long, allowedIps: ['10.0.0.0/8'] } });
    await call('POST', `${path}/rotate`, { body: { overlapSeconds: 3_600 } });
    await call('POST', `${path}/revoke`, { body: { reason: 'Found in public' } });
    const { page } = await openKey(key.id);
    const events = section(page, 'History').getByRole('listitem');
    await expect.poll(() => events.count()).toBe(5);
    const texts = await events.allInnerTexts();
    const beginnings = texts.map((text) => text.replaceAll(/\s+/g, ' ').split(' by ')[0]);
    expect(beginnings).toEqual(['Revoked', 'Rotated', 'Changed', 'Changed', 'Created']);
    expect(texts[0]).toContain('Reason: Found in public');
    expect(texts[1]).toContain('The one before works until');
    expect(texts[3]!.replaceAll(/\s+/g, ' ')).toContain(
      'Name Before: Billing export → After: Billing export 2',
    );
    await events.nth(2).getByText('2 fields changed').click();
    await events.nth(2).getByText('10.0.0.0/8').waitFor();
    expect(await events.nth(2).getByText(long, { exact: true }).isVisible()).toBe(false);
    await events.nth(2).getByText(/^x+…$/).click();
    expect(await events.nth(2).getByText(long).isVisible()).toBe(true);
  });

  test('after a rotation, shows who still uses the old secret, and ends it', async () => {
    const { key, secret } = await makeKey({ name: 'Image resizer' });
    const { page } = await openKey(key.id);
    await page.getByRole('button', { name: 'Rotate' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Rotate' });
    await dialog.getByLabel('The old secret works for another').selectOption('Other…');
    await dialog.getByLabel('How long').fill('100');
    expect(await dialog.getByRole('button', { name: 'Rotate' }).isDisabled()).toBe(true);
    await dialog.getByLabel('How long').fill('36');
    await dialog.getByLabel('Unit').selectOption('hours');
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    const fresh = await takeSecret(page);
    expect([await verify(secret), await verify(fresh)]).toEqual(['VALID', 'VALID']);
    const { body } = await call('GET', `/v1/keys/${key.id}`);
    const [, old] = body.secrets;
    expect(Date.parse(old.expiresAt) - Date.parse(body.secrets[0].createdAt)).toBe(36 * HOUR_MS);

    const secrets = section(page, 'Secrets');
    const request = { userAgent: 'resizer/3.2' };
    await verify(secret, { ip: '198.51.100.9', request }, 2);
    await page.clock.fastForward(6_000);
    const users = secrets.getByRole('list', { name: 'Who used it in the last 15 minutes' });
    await users.getByText('198.51.100.9').waitFor();
    expect(
      await users.getByRole('listitem').filter({ hasText: '198.51.100.9' }).innerText(),
    ).toMatch(/2 requests[^]*resizer\/3\.2/);
    await secrets.getByText('Still in use').waitFor();
    await secrets.getByRole('button', { name: 'End the overlap now' }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'End the overlap now' })
      .click();
    await page
      .getByText(/Overlap ended\. In force everywhere since/)
      .first()
      .waitFor();
    expect([await verify(secret), await verify(fresh)]).toEqual(['REVOKED', 'VALID']);
    await expect.poll(() => secrets.getByText('Replaced').count()).toBe(0);
  });

  test('is switched off and on at once, and back when the server does not answer', async () => {
    const { key, secret } = await makeKey({ name: 'Switched' });
    const { page } = await openKey(key.id);
    const toggle = page.getByRole('switch', { name: 'Enabled' });
    await toggle.click();
    await page
      .getByText(/Key disabled\. In force everywhere since/)
      .first()
      .waitFor();
    expect(await verify(secret)).toBe('DISABLED');
    await toggle.click();
    await page
      .getByText(/Key enabled\./)
      .first()
      .waitFor();
    expect(await verify(secret)).toBe('VALID');

    await page.route('**/disable', (route) => route.abort());
    await toggle.click();
    await page.getByRole('alert').getByText('The switch was put back').waitFor();
    expect(await toggle.isChecked()).toBe(true);
    expect(await verify(secret)).toBe('VALID');
  });

  test('in use, is switched off by somebody who was told how busy it is', async () => {
    const { key, secret } = await makeKey({ name: 'Busy' });
    await verify(secret, {}, 3);
    const { page } = await openKey(key.id);
    await page.getByRole('switch', { name: 'Enabled' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Disable this key?' });
    await dialog.getByText('3 requests in the last 24 hours. Last used').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await verify(secret)).toBe('VALID');
    await page.getByRole('switch', { name: 'Enabled' }).click();
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await page
      .getByText(/Key disabled\./)
      .first()
      .waitFor();
    expect(await verify(secret)).toBe('DISABLED');
  });

  test('is revoked for a reason, by somebody who knows how busy it is', async () => {
    const { key, secret } = await makeKey({ name: 'Leaked' });
    await verify(secret, {}, 4);
    const { page } = await openKey(key.id);
    await page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Revoke “Leaked”?' });
    await dialog.getByText('It cannot be taken back').waitFor();
    await dialog.getByText('4 requests in the last 24 hours. Last used').waitFor();
    await dialog.getByLabel('Reason').fill('Found in a repository');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page
      .getByText(/Key revoked\. In force everywhere since/)
      .first()
      .waitFor();
    expect(await verify(secret)).toBe('REVOKED');
    const { body } = await call('GET', `/v1/keys/${key.id}`);
    expect(body.revokedReason).toBe('Found in a repository');
    // What is final is not offered to be taken back.
    await page.getByText('Revoked', { exact: true }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Restore' }).count()).toBe(0);
    expect(await page.getByRole('switch', { name: 'Enabled' }).count()).toBe(0);
  });

  test('is restored where its API lets a revocation be taken back', async () => {
    const { key, secret } = await makeKey({ apiId: 'reversible', name: 'Paused customer' });
    const check = () => verify(secret, { apiId: 'reversible' });
    const { page } = await openKey(key.id);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByText('It can be taken back later').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Restore' }).click();
    expect(await check()).toBe('DISABLED');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
    await page
      .getByText(/Key restored\./)
      .first()
      .waitFor();
    expect(await check()).toBe('VALID');
  });

  test('is deleted by its name when it was used lately, and without it when it was not', async () => {
    const { key, secret } = await makeKey({ name: 'Old importer' });
    await verify(secret);
    const { page } = await openKey(key.id);
    const remove = () => page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('alertdialog');
    await remove();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    await dialog.getByText('Type its name').waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Old importer');
    await confirm.click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    expect(await verify(secret)).toBe('NOT_FOUND');

    const idle = await makeKey({ name: 'Idle importer' });
    await page.goto(`${KEYS}/${idle.key.id}`);
    await remove();
    await dialog.getByText('Never used.').waitFor();
    expect(await dialog.getByRole('textbox').count()).toBe(0);
    await confirm.click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    await page.goto(`${KEYS}/${idle.key.id}`);
    await page.getByRole('heading', { name: 'There is no such key' }).waitFor();
  });

  test('a part that cannot be loaded says so alone, and is asked for again', async () => {
    const { page } = await openKey(busy.key.id);
    await page.route('**/v1/usage?*', (route) =>
      route.fulfill({ status: 503, contentType: 'application/json', body: '{}' }),
    );
    await page.route('**/v1/logs?*', (route) => route.abort());
    await page.reload();
    const usage = section(page, 'Usage');
    await usage.getByText('This part could not be loaded.').waitFor();
    await section(page, 'Last requests').getByText('This part could not be loaded.').waitFor();
    await section(page, 'History').getByText('Created').waitFor();
    await page.unrouteAll();
    await usage.getByRole('button', { name: 'Try again' }).click();
    await usage.getByText('Allowed').first().waitFor();

    await page.context().clearCookies();
    await usage.getByRole('radio', { name: '7 days' }).click();
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await usage.getByText('Permission missing').first().waitFor();
  });

  test('a change that is not in force everywhere stays on the page until it was read', async () => {
    const { key } = await makeKey({ name: 'Far away' });
    const { page } = await openKey(key.id);
    await page.route('**/disable', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      const until = new Date(pages.server.clock.now() + 5_000).toISOString();
      const unreachable = [{ node: 'node-2', until }];
      const effective = { ...body.effective, everywhere: false, unreachable };
      await route.fulfill({ response, json: { ...body, effective } });
    });
    await page.getByRole('switch', { name: 'Enabled' }).click();
    const warning = page.getByText(/Not in force everywhere yet: node-2 may use what was before/);
    await warning.waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    await warning.waitFor({ state: 'detached' });
  });

  test('a log that is switched off is said to be', async () => {
    const { page } = await openKey(busy.key.id);
    await page.route('**/v1/logs?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), recording: false } });
    });
    await page.reload();
    await section(page, 'Last requests').getByText('The request log is switched off').waitFor();
  });

  test('nothing moves while its parts arrive', async () => {
    const { page } = await openKey(busy.key.id);
    await page.addInitScript(`
      window.moved = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.moved += value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    // Late, and one after the other.
    await page.route('**/v1/*', async (route) => {
      const delayMs = /usage/.test(route.request().url()) ? 300 : 100;
      await new Promise((resolve) => {
        setTimeout(resolve, delayMs);
      });
      await route.continue();
    });
    await page.reload();
    await page.locator('.recharts-wrapper').waitFor();
    await section(page, 'History').getByText('Created').waitFor();
    await section(page, 'Last requests').getByText('Allowed').first().waitFor();
    expect(await page.evaluate<number>('window.moved')).toBeLessThan(0.05);
  });

  test('a key and the one that takes its place lead to each other', async () => {
    const { key } = await makeKey({ name: 'First generation' });
    const replaced = await call('POST', `/v1/keys/${key.id}/replace`, {
      body: { name: 'Second generation' },
    });
    const { page } = await openKey(key.id);
    await page.getByRole('link', { name: 'Second generation' }).click();
    await page.getByRole('heading', { name: 'Second generation' }).waitFor();
    expect(page.url()).toContain(replaced.body.key.id);
    await page.getByRole('link', { name: 'First generation' }).click();
    await page.getByRole('heading', { name: 'First generation' }).waitFor();
    const link = page.getByRole('link', { name: 'Create a replacement' });
    expect(await link.getAttribute('href')).toBe(`${KEYS}/new?replaces=${key.id}`);
  });

  test('a viewer looks at what viewers may see, and changes nothing', async () => {
    const { page } = await openKey(busy.key.id, 'viewer');
    await section(page, 'Last requests').getByText('Allowed').first().waitFor();
    expect(await section(page, 'History').count()).toBe(0);
    for (const name of ['Rotate', 'Revoke', 'Delete', 'Edit']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    expect(await page.getByRole('switch', { name: 'Enabled' }).count()).toBe(0);
  });

  test('a developer sees everything about keys of their own, and no other', async () => {
    const mine = await makeKey({ name: 'Of a developer', ownerId: pages.people.developer.id });
    await verify(mine.secret, {}, 2);
    const { page } = await openKey(mine.key.id, 'developer');
    await section(page, 'Usage').getByText('Allowed').first().waitFor();
    await expect.poll(() => section(page, 'Last requests').locator('tbody tr').count()).toBe(2);
    await section(page, 'History').getByText('Created').waitFor();
    await page.getByRole('button', { name: 'Rotate' }).waitFor();
    await page.goto(`${KEYS}/${busy.key.id}`);
    await page.getByRole('heading', { name: 'There is no such key' }).waitFor();
  });
});
