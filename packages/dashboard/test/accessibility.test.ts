import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { useBrowser } from './harness/browser.ts';
import { KEYS, ORGANIZATION, setUpOperator, startPages } from './harness/pages.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const LONG = 'A name that somebody made as long as they could: production scheduler, second half';

interface Found {
  readonly violations: { id: string; nodes: { target: string[] }[] }[];
}

const browser = useBrowser();

describe.each([
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
] as const)('pages in %s, %d pixels wide', (colorScheme, width) => {
  let server: TestServer;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    await server.call('PUT', '/v1/organizations/bare', { body: { name: 'Bare' } });
    for (const name of ['Production scheduler', LONG]) {
      await server.call('POST', '/v1/keys', {
        body: { apiId: 'interact', organizationId: ORGANIZATION, name, permissions: ['jobs_read'] },
      });
    }
    // The checker is a script that the pages' policy would not let in.
    const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const;
    ({ page } = await browser.open(server.url, options));
    await setUpOperator(page, server);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  /** What the checker finds, and what sticks out at the side. */
  const faults = async (): Promise<string[]> => {
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate<Found>(
      `axe.run({ runOnly: ${JSON.stringify(RULES)} })`,
    );
    const wide = await page.evaluate<boolean>(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    );
    return [
      ...violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      ),
      ...(wide ? ['it scrolls sideways'] : []),
    ];
  };

  test.each([
    ['the organizations', '/', 'Organizations'],
    ['the list of keys', KEYS, 'API keys'],
    ['an organization without keys', '/org/bare/settings/api-keys', 'No API keys yet'],
    ['no key that matches', `${KEYS}?q=nothing`, 'No key matches'],
    ['creating a key', `${KEYS}/new`, 'Create an API key'],
    ['an address that leads nowhere', '/org/acme/nowhere', 'There is nothing here'],
  ])('%s', async (_, path, heading) => {
    await page.goto(path);
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    expect(await faults()).toEqual([]);
  });

  test('a key, and the question before it is revoked', async () => {
    await page.goto(KEYS);
    await page.getByRole('link', { name: LONG }).click();
    await page.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  });

  test('what is done with several keys, and the choices beside the list', async () => {
    await page.goto(KEYS);
    await page.getByRole('checkbox', { name: 'Select Production scheduler' }).check();
    await page.getByRole('region', { name: 'Selected keys' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog', { name: 'Revoke 1 key?' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('dialog', { name: 'Filters' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Actions for Production scheduler' }).click();
    await page.getByRole('menuitem', { name: 'Copy id' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('a key that is shown once', async () => {
    await page.goto(`${KEYS}/new`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Nightly export');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await faults()).toEqual([]);
  });

  test('signing in', async () => {
    await page.context().clearCookies();
    await page.goto('/');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await faults()).toEqual([]);
  });
});
