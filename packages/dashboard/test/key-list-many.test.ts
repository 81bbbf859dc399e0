import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeManyKeys } from '../../core/test/harness/many-keys.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser, type OpenedPage } from './harness/browser.ts';
import { loadKeys } from './harness/page-load.ts';
import { API, KEYS, ORGANIZATION, setUpOperator, startPages } from './harness/pages.ts';

const MANY = 100_000;
const MAX_SCRIPT_BYTES = 200 * 1_024;

const browser = useBrowser();

describe('the list of 100,000 keys', { timeout: 240_000 }, () => {
  let server: TestServer;
  let opened: OpenedPage;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    // Keys of several APIs have a column more.
    await server.call('PUT', '/v1/apis/web', { body: { ...API, name: 'Web API' } });
    const { storage } = server.claviger;
    const fields = { organizationId: ORGANIZATION, apiId: 'interact' };
    await writeManyKeys(storage, MANY, server.clock.now(), fields);
    opened = await browser.open(server.url, { viewport: { width: 1_280, height: 800 } });
    ({ page } = opened);
    page.setDefaultTimeout(30_000);
    await setUpOperator(page, server);
  }, 180_000);
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const names = () => page.locator('tbody th').allInnerTexts();
  const soon = <Value>(look: () => Promise<Value>) => expect.poll(look, { timeout: 30_000 });

  test.each([1_280, 360])(
    'comes with little script, and nothing moves while it loads, %d pixels wide',
    async (width) => {
      const other = await page.context().newPage();
      await other.setViewportSize({ width, height: 800 });
      // One answer after the other, each late enough for its absence to be seen.
      await other.route('**/v1/**', async (route) => {
        await new Promise((resolve) => {
          setTimeout(resolve, route.request().url().includes('/v1/apis') ? 400 : 200);
        });
        await route.continue();
      });
      const { scriptBytes, layoutShift } = await loadKeys(other, `${server.url}${KEYS}`);
      expect(layoutShift).toBe(0);
      expect(scriptBytes).toBeGreaterThan(50 * 1_024);
      expect(scriptBytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
      await other.unrouteAll({ behavior: 'ignoreErrors' });
      await other.close();
    },
  );

  test('is searched, sorted and paged through', async () => {
    await page.goto(KEYS);
    await page.getByText('100,000 keys').waitFor();
    await page.getByRole('button', { name: 'Name' }).click();
    await soon(names).toContain('Billing crawler 000030');
    await page.getByRole('searchbox').fill('nightly export 00000');
    await soon(names).toEqual(['Nightly export 000001']);
    await page.getByText('1 key', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('nightly export');
    await page.getByText('1,786 keys').waitFor();
    await soon(names).toHaveLength(50);
    const first = await names();
    await page.getByRole('button', { name: 'Older' }).click();
    await soon(names).not.toEqual(first);
    const second = await names();
    expect(second.filter((name) => first.includes(name))).toEqual([]);
    await page.getByRole('button', { name: 'Newer' }).click();
    await soon(names).toEqual(first);
    await page.getByRole('searchbox').fill('nothing is called this');
    await page.getByRole('heading', { name: 'No key matches' }).waitFor();
    expectCalm(opened, server.url);
  });

  test('is selected as a whole, and it is said what would come of it', async () => {
    await page.goto(KEYS);
    await page.getByLabel('Select every key on this page').check();
    await page.getByRole('button', { name: 'Select all 100,000 that match' }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    // One in twenty is revoked already.
    const dialog = page.getByRole('alertdialog', { name: 'Revoke 95,000 keys?' });
    await dialog.getByText('0 requests in the last 24 hours').waitFor({ timeout: 100_000 });
    await dialog.getByText('5,000 keys are like that already.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    const revoked = '/v1/keys/count?organizationId=acme&status=revoked';
    expect((await server.call('GET', revoked)).body.count).toBe(5_000);
    expectCalm(opened, server.url);
  });

  test('is worked through in steps, and stops when it is told to', async () => {
    await page.goto(`${KEYS}?q=nightly%20export`);
    await page.getByLabel('Select every key on this page').check();
    await page.getByRole('button', { name: 'Select all 1,786 that match' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete 1,786 keys?' });
    let steps = 0;
    const first = new Promise<void>((resolve) => {
      page.on('response', (response) => {
        if (response.url().endsWith('/bulk-delete') && ++steps > 0) resolve();
      });
    });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await first;
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. What was done stays done.').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alertdialog', { name: '1,786 keys are deleted' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'No key matches' }).waitFor();
    expectCalm(opened, server.url);
  });
});
