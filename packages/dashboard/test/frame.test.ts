import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMember, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { useBrowser } from './harness/browser.ts';
import { API, createKey, KEYS, setUpOperator, signIn, startPages } from './harness/pages.ts';

const browser = useBrowser();

describe('the frame', () => {
  let server: TestServer;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    server = await startPages();
    await server.call('PUT', '/v1/apis/interact', {
      body: { ...API, resourceTypes: [{ id: 'customer', name: 'Customer' }] },
    });
    await server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex Corp.' } });
    for (const name of ['Production scheduler', 'Billing export']) {
      await server.call('POST', '/v1/keys', {
        body: { apiId: 'interact', organizationId: 'acme', name, permissions: ['jobs_read'] },
      });
    }
    ({ page, complaints } = await browser.open(server.url));
    await setUpOperator(page, server);
  }, 60_000);
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });
  beforeEach(async () => {
    await page.goto(KEYS);
    await page.getByRole('link', { name: 'Production scheduler' }).waitFor();
  });

  const focused = (inside: string) =>
    page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(inside)})`);
  const palette = () => page.getByRole('dialog', { name: 'Search and commands' });
  const openPalette = async () => {
    await page.keyboard.press('Control+k');
    await palette().getByRole('combobox').waitFor();
  };
  const options = () => palette().getByRole('option').allInnerTexts();

  test('every page has its own title', async () => {
    const title = () => page.title();
    await expect.poll(title).toBe('API keys · Acme · Claviger');
    await page.getByRole('link', { name: 'Production scheduler' }).click();
    await expect.poll(title).toBe('Production scheduler · Acme · Claviger');
    await page.goto('/org/globex/settings/resources');
    await expect.poll(title).toBe('Resources · Globex Corp. · Claviger');
    await page.goto('/');
    await expect.poll(title).toBe('Organizations · Claviger');
    await page.goto('/org/acme/nowhere');
    await expect.poll(title).toBe('There is nothing here · Claviger');
  });

  test('whoever goes to another page is taken to its top, and told its name', async () => {
    await page.getByRole('link', { name: 'Resources' }).press('Enter');
    await page.getByRole('heading', { name: 'Resources', exact: true }).waitFor();
    await expect.poll(() => focused('main')).toBe(true);
    await page.getByRole('status').getByText('Resources', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused('main *')).toBe(true);
    // A page that is searched stays the same page.
    await page.getByRole('searchbox').fill('nothing');
    await page.waitForURL(/q=nothing/);
    expect(await focused('input[type=search]')).toBe(true);
  });

  describe('the palette, by keyboard alone', () => {
    test('goes to pages, and gives the focus back when it is closed', async () => {
      await page.getByRole('link', { name: 'Create key' }).focus();
      await openPalette();
      expect((await options()).slice(0, 4)).toEqual([
        'API keys',
        'Members',
        'Resources',
        'All organizations',
      ]);
      await page.keyboard.press('Escape');
      await palette().waitFor({ state: 'detached' });
      await expect.poll(() => focused('a[href$="/new"]')).toBe(true);
      await openPalette();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/settings\/resources/);
      await expect.poll(() => focused('main')).toBe(true);
    });

    test('finds keys by name and by hint', async () => {
      await openPalette();
      await page.keyboard.type('billing');
      const found = palette().getByRole('option', { name: /Billing export/ });
      await found.waitFor();
      const hint = /int_\S+/.exec(await found.innerText())?.[0] ?? '';
      await page.keyboard.press('Control+a');
      await page.keyboard.type(hint.slice(0, 8));
      await expect.poll(options).toEqual([expect.stringContaining('Billing export')]);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Billing export' }).waitFor();
    });

    test('goes to other organizations, and begins a key', async () => {
      await openPalette();
      await page.keyboard.type('glob');
      await palette()
        .getByRole('option', { name: /Globex Corp\./ })
        .waitFor();
      await page.keyboard.press('Enter');
      // The address is there before the page is.
      await page.getByRole('button', { name: 'Organization: Globex Corp.' }).waitFor();
      await openPalette();
      await page.keyboard.type('create k');
      await page.keyboard.press('Enter');
      await page.waitForURL(/org\/globex\/settings\/api-keys\/new/);
    });

    test('keeps what is typed while a page comes beneath it', async () => {
      const scripts = '**/assets/**';
      // The palette itself is there already.
      await openPalette();
      await page.keyboard.press('Escape');
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      await page.route(scripts, async (route) => {
        await released;
        await route.continue();
      });
      await page.getByRole('link', { name: 'Production scheduler' }).click();
      await openPalette();
      await page.keyboard.type('create');
      release();
      await page.locator('h1', { hasText: 'Production scheduler' }).waitFor();
      await page.unroute(scripts);
      await page.keyboard.type(' k');
      expect(await palette().getByRole('combobox').inputValue()).toBe('create k');
      await page.keyboard.press('Escape');
      await expect.poll(() => focused('main')).toBe(true);
    });

    test('chooses a theme, which is kept', async () => {
      const theme = () => page.evaluate('document.documentElement.dataset.theme');
      for (const [chosen, shown] of [
        ['dark', 'dark'],
        ['as the system', 'light'],
      ]) {
        await openPalette();
        await page.keyboard.type(`theme: ${chosen}`);
        await page.keyboard.press('Enter');
        await expect.poll(theme).toBe(shown);
        await page.reload();
        await page.getByRole('link', { name: 'Production scheduler' }).waitFor();
        expect(await theme()).toBe(shown);
      }
    });

    test('says when there is nothing, and does not wander', async () => {
      await openPalette();
      await page.keyboard.type('nothing has this name');
      await palette().getByText('Nothing found').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      expect(await palette().isVisible()).toBe(true);
      await page.keyboard.press('Escape');
    });
  });

  test('the palette does not open over a key that is shown once', async () => {
    await page.goto(`${KEYS}/new`);
    await createKey(page, 'Nightly export');
    const shown = page.getByRole('alertdialog', { name: 'Store your key now' });
    await shown.waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('?');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await shown.isVisible()).toBe(true);
  });

  test('a question mark shows the shortcuts, and is a letter in a field', async () => {
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('?');
    await page.getByRole('heading', { name: 'API keys' }).click();
    await page.keyboard.press('?');
    const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await shortcuts.getByText('Ctrl').waitFor();
    await page.keyboard.press('Escape');
    await shortcuts.waitFor({ state: 'detached' });
  });

  test('an operator changes the organization in the header', async () => {
    await page.getByRole('button', { name: 'Organization: Acme' }).press('Enter');
    await page.getByRole('combobox', { name: 'Find an organization' }).waitFor();
    await page.keyboard.type('globex');
    await expect
      .poll(() => page.getByRole('dialog').getByRole('option').allInnerTexts())
      .toEqual([expect.stringContaining('Globex Corp.')]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/org\/globex/);
    await page.getByRole('button', { name: 'Organization: Globex Corp.' }).waitFor();
  });

  test('a viewer of one organization is offered neither others nor what they may not do', async () => {
    const { email } = await createMember(server, 'acme', 'viewer');
    const { page: theirs } = await browser.open(server.url);
    await theirs.goto(KEYS);
    await signIn(theirs, email, PASSWORD);
    await theirs.getByRole('link', { name: 'Production scheduler' }).waitFor();
    expect(await theirs.getByRole('button', { name: /^Organization/ }).count()).toBe(0);
    await theirs.getByRole('button', { name: 'Search' }).click();
    const offered = theirs.getByRole('dialog').getByRole('option');
    await offered.first().waitFor();
    const names = await offered.allInnerTexts();
    expect(names).not.toContain('Create key');
    expect(names).not.toContain('All organizations');
    await theirs.keyboard.type('sign out');
    await theirs.keyboard.press('Enter');
    await theirs.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('of an organization that is suspended, every page says so', async () => {
    await server.call('PATCH', '/v1/organizations/globex', { body: { suspended: true } });
    await page.goto('/org/globex/settings/members');
    await page.getByText('This organization is suspended').waitFor();
    await server.call('PATCH', '/v1/organizations/globex', { body: { suspended: false } });
  });

  test('an organization that is somebody else’s, or gone, has no pages', async () => {
    await page.goto('/org/elsewhere/settings/api-keys');
    await page.getByRole('heading', { name: 'You are not in this organization' }).waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
  });

  test('a server that does not answer is said to be away, and what was missed is asked for again', async () => {
    const away = /\/(?:v1|health)\//;
    await page.route(away, (route) => route.abort());
    await page.getByRole('link', { name: 'Billing export' }).click();
    const banner = page.getByText('The server does not answer');
    await banner.waitFor();
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    await page.unroute(away);
    // By itself.
    await page.getByRole('heading', { name: 'Billing export' }).waitFor();
    await banner.waitFor({ state: 'detached' });
  });

  test('a page whose script cannot be had while the server is away comes when it is back', async () => {
    const all = /127\.0\.0\.1/;
    await page.route(all, (route) => route.abort());
    await page.getByRole('link', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
    // What else is not there yet neither comes nor does harm.
    await page.keyboard.press('Control+k');
    await page.getByRole('region', { name: 'Messages' }).getByText('cannot be reached').waitFor();
    await page.unroute(all);
    await page.getByRole('heading', { name: 'Create an API key' }).waitFor();
    await openPalette();
    await page.keyboard.press('Escape');
  });

  test('a session that is over is begun again over the page that reads', async () => {
    const { email } = await createMember(server, 'acme', 'admin');
    const { page: theirs } = await browser.open(server.url);
    await theirs.goto(KEYS);
    await signIn(theirs, email, PASSWORD);
    await theirs.getByRole('link', { name: 'Production scheduler' }).waitFor();
    await theirs.context().clearCookies();
    await theirs.getByRole('searchbox').fill('billing');
    const asked = theirs.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await theirs.getByRole('link', { name: 'Billing export' }).waitFor();
    expect(await theirs.getByRole('searchbox').inputValue()).toBe('billing');
  });

  test('a page that cannot be shown leaves the frame, and can be tried again', async () => {
    const script = /\/assets\/resources-page/;
    await page.route(script, (route) => route.abort());
    await page.getByRole('link', { name: 'Resources' }).click();
    await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
    await page.getByRole('button', { name: 'Organization: Acme' }).waitFor();
    await page.unroute(script);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
  });

  test('nothing moves while the first page comes', async () => {
    const slow = /\/v1\//;
    await page.route(slow, async (route) => {
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      await route.continue();
    });
    await page.addInitScript(`
      window.moved = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await page.goto('/org/acme/settings/resources');
    // The lines of the frame, before it is known who is there.
    await page.locator('[aria-busy] .animate-pulse').first().waitFor();
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
    await page.unroute(slow);
    expect(await page.evaluate<number>('window.moved')).toBeLessThan(0.05);
  });

  test('the policy of the pages forbids nothing of it', () => {
    expect(complaints.filter((text) => /policy/i.test(text))).toEqual([]);
  });

  test('on a narrow screen everything is in reach', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/org/acme/settings/resources');
    for (const shown of [
      page.getByRole('button', { name: 'Search' }),
      page.getByRole('button', { name: 'Organization: Acme' }),
      page.getByRole('button', { name: 'Your account' }),
      page.getByRole('link', { name: 'Resources' }),
    ]) {
      await shown.waitFor();
      const box = await shown.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
      // WCAG 2.2, 2.5.8.
      expect(box?.height).toBeGreaterThanOrEqual(24);
    }
    await page.setViewportSize({ width: 1_280, height: 720 });
  });
});
