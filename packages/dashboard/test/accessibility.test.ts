import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { invite, tokenOf } from '../../server/test/harness/invitations.ts';
import { addMember } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { useBrowser } from './harness/browser.ts';
import { KEYS, MEMBERS, ORGANIZATION, setUpOperator, startPages } from './harness/pages.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const LONG = 'A name that somebody made as long as they could: production scheduler, second half';

const LONG_EMAIL =
  'somebody.with.a.name.that.is.longer.than.anyone.would.ever.want.to.type@example.com';

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
    for (const name of ['Production scheduler', LONG]) {
      await server.call('POST', '/v1/keys', {
        body: { apiId: 'interact', organizationId: ORGANIZATION, name, permissions: ['jobs_read'] },
      });
    }
    // The checker is a script that the pages' policy would not let in.
    const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const;
    ({ page } = await browser.open(server.url, options));
    await setUpOperator(page, server);
    await addMember(server, ORGANIZATION, 'developer', LONG_EMAIL.split('@')[0]);
    await invite(server, 'gone@example.com', 'owner');
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
    ['no key that matches', `${KEYS}?q=nothing`, 'No key matches'],
    ['the members', MEMBERS, 'Members'],
    ['the operators', '/org/claviger/settings/members', 'Members'],
    ['an invitation without its token', '/invitation', 'Your invitation'],
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

  test('members, inviting them, and the question before one is removed', async () => {
    await page.goto(MEMBERS);
    await page.getByText(LONG_EMAIL).first().waitFor();
    await page.getByText('gone@example.com', { exact: true }).waitFor();
    await page.getByText('What each role may do').click();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Invite people' }).click();
    await page.getByLabel('E-mail addresses').fill(`nobody, ${LONG_EMAIL}`);
    await page.getByRole('radio', { name: 'Viewer' }).check();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await faults()).toEqual([]);
    await page.getByLabel('E-mail addresses').fill(`grace@example.com, ${LONG_EMAIL}`);
    await page.getByRole('button', { name: 'Invite 2 people' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No key that works belongs to them.').waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  });

  test('creating an organization', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Create an organization' }).click();
    await page.getByLabel('Name').fill(LONG);
    expect(await faults()).toEqual([]);
  });

  test('an invitation, for somebody else and for somebody new', async () => {
    const made = await invite(server, `new-${width}@example.com`, 'developer');
    await page.goto(`/invitation#token=${tokenOf(made)}`);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await faults()).toEqual([]);
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.goto('about:blank');
    await page.goto(`/invitation#token=${tokenOf(made)}`);
    await page.getByLabel('Your name').waitFor();
    expect(await faults()).toEqual([]);
    await page.context().addCookies(cookies);
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
