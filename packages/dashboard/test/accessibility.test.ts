import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { invite, tokenOf } from '../../server/test/harness/invitations.ts';
import { addMember } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { codeAt } from '../../server/test/harness/totp.ts';
import { useBrowser } from './harness/browser.ts';
import { definePlatform, nameField, openForm, send } from './harness/create-key.ts';
import {
  API,
  KEYS,
  MEMBERS,
  OPERATOR,
  signIn,
  ORGANIZATION,
  setUpOperator,
  startPages,
} from './harness/pages.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const WIDE = { width: 1_280, height: 800 };

/** Each state of a page is looked at in all of them. In the dark, nothing but colours is another. */
const LOOKS = [
  { look: 'light', colorScheme: 'light', viewport: WIDE, runOnly: RULES },
  {
    look: 'dark',
    colorScheme: 'dark',
    viewport: WIDE,
    runOnly: ['color-contrast', 'link-in-text-block'],
  },
  {
    look: 'narrow',
    colorScheme: 'light',
    viewport: { width: 360, height: 800 },
    runOnly: RULES,
  },
] as const;

const RESOURCES = `/org/${ORGANIZATION}/settings/resources`;

const LONG = 'A name that somebody made as long as they could: production scheduler, second half';

const LONG_EMAIL =
  'somebody.with.a.name.that.is.longer.than.anyone.would.ever.want.to.type@example.com';

interface Found {
  readonly violations: { id: string; nodes: { target: string[] }[] }[];
  readonly isWide: boolean;
}

const browser = useBrowser();

describe('pages in light, in dark and 360 pixels wide', () => {
  let server: TestServer;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    await definePlatform(server);
    await server.call('PUT', '/v1/organizations/bare', { body: { name: 'Bare' } });
    for (const name of ['Production scheduler', LONG]) {
      await server.call('POST', '/v1/keys', {
        body: { apiId: 'interact', organizationId: ORGANIZATION, name, permissions: ['jobs_read'] },
      });
    }
    const resourceTypes = ['Customer', 'Warehouse', 'Distribution centre'].map((name) => ({
      id: name.toLowerCase().replace(' ', '_'),
      name,
    }));
    await server.call('PUT', '/v1/apis/crm', { body: { ...API, resourceTypes } });
    for (const [id, name] of [
      ['cus_1', 'Globex Corp.'],
      ['an-id-that-somebody-took-from-their-database_0123456789', LONG],
    ]) {
      const path = `/v1/organizations/${ORGANIZATION}/resources/customer/${id}`;
      await server.call('PUT', path, { body: { name } });
    }
    // The checker is a script that the pages' policy would not let in.
    ({ page } = await browser.open(server.url, {
      viewport: WIDE,
      reducedMotion: 'reduce',
      bypassCSP: true,
    }));
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
    if (!(await page.evaluate<boolean>('"axe" in window'))) await page.addScriptTag({ path: AXE });
    const found: string[] = [];
    for (const { look, colorScheme, viewport, runOnly } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      // Two frames: the first lays out, the second paints.
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      const { violations, isWide } = await page.evaluate<Found>(
        `axe.run({ runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then(({ violations }) => ({
          violations,
          isWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        }))`,
      );
      for (const { id, nodes } of violations) {
        found.push(`${look}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
      }
      if (isWide) found.push(`${look}: it scrolls sideways`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(WIDE);
    return found;
  };

  test.each([
    ['the organizations', '/', 'Organizations'],
    ['the list of keys', KEYS, 'API keys'],
    ['an organization without keys', '/org/bare/settings/api-keys', 'No API keys yet'],
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

  test('a key in use, its editors, and the question before it is revoked', async () => {
    const long = (await server.call('GET', '/v1/keys?q=somebody')).body.data[0];
    const path = `/v1/keys/${long.id}`;
    const { secret } = (await server.call('POST', `${path}/rotate`, { body: {} })).body;
    await server.call('PATCH', path, { body: { description: LONG, metadata: { note: LONG } } });
    for (const environment of ['production', 'staging']) {
      const request = { method: 'GET', path: `/v1/${'jobs/'.repeat(30)}`, userAgent: LONG };
      const body = { token: secret, apiId: 'interact', environment, ip: '2001:db8::7', request };
      await server.call('POST', '/v1/keys/verify', { body });
    }
    await page.goto(`${KEYS}/${long.id}`);
    for (const text of ['Show the numbers', 'Other environment', 'Rotated', 'Replaced']) {
      const shown = page.getByText(text, { exact: true }).filter({ visible: true });
      await shown.first().waitFor();
    }
    await page.locator('.recharts-wrapper').waitFor();
    await page.getByText('Show the numbers').click();
    await page
      .getByRole('button', { name: /^Details of the request/ })
      .first()
      .click();
    await page.getByText('2 fields changed').click();
    expect(await faults()).toEqual([]);
    const fields = ['Name', 'Permissions', 'Rate limits', 'Credits', 'Expires', 'Metadata'];
    for (const field of fields) {
      await page.getByRole('button', { name: `Edit ${field}`, exact: true }).click();
      await page.getByRole('form', { name: `Edit ${field}` }).waitFor();
    }
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

  test('letting somebody in again', async () => {
    await page.goto(MEMBERS);
    await page.getByRole('button', { name: 'Let in again' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Make the link' }).click();
    const made = page.getByRole('alertdialog', { name: 'Hand over this link' });
    const link = await made.locator('code').innerText();
    expect(await faults()).toEqual([]);
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByLabel('New password').waitFor();
    expect(await faults()).toEqual([]);
    await page.goto('/recover');
    await page.getByText('This server sends no mail.').waitFor();
    expect(await faults()).toEqual([]);
  });

  test('creating an organization', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Create an organization' }).click();
    await page.getByLabel('Name').fill(LONG);
    expect(await faults()).toEqual([]);
  });

  test('an invitation, for somebody else and for somebody new', async () => {
    const made = await invite(server, 'new@example.com', 'developer');
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

  test('a form for a key with everything open, and with everything wrong', async () => {
    await openForm(page);
    await send(page);
    await page.getByRole('alert').first().waitFor();
    expect(await faults()).toEqual([]);
    await nameField(page).fill('test');
    await page.getByRole('radio', { name: 'Publishable key' }).check();
    const origins = page.getByRole('textbox', { name: 'Allowed origins' });
    await origins.fill(
      `${LONG.replaceAll(/[ ,:]+/g, '-')}.example.com https://a.example.com/path `,
    );
    await page.getByRole('radio', { name: 'Only these' }).check();
    await page.getByRole('button', { name: 'Change for this key: read' }).click();
    await page.getByLabel('Requests', { exact: true }).fill('none');
    await page.getByRole('checkbox', { name: 'Give it credits' }).check();
    await page.getByLabel('Expires').selectOption('At an exact time');
    await page.getByText('Advanced').click();
    await page.getByLabel('Allowed IP addresses').fill('10.0.0.1/8 ');
    await page.getByLabel('Metadata').fill('{');
    await send(page);
    await page.getByRole('combobox', { name: 'Search customers' }).focus();
    await page.getByRole('option', { name: 'Initech' }).waitFor();
    expect(await faults()).toEqual([]);
  });

  test.each(['Secret key', 'Publishable key', 'Public and secret key'])(
    'a key that is shown: %s',
    async (kind) => {
      await openForm(page);
      await nameField(page).fill('Nightly export');
      await page.getByRole('radio', { name: 'staging' }).check();
      await page.getByRole('radio', { name: kind, exact: true }).check();
      const isPublic = kind === 'Publishable key';
      if (!isPublic) await page.getByRole('radio', { name: 'Choose one by one' }).check();
      await page.getByRole('checkbox', { name: 'Read jobs' }).check();
      if (isPublic) await page.getByLabel('Allowed origins').fill('a.example.com');
      await send(page);
      await page.getByRole('alertdialog').waitFor();
      expect(await faults()).toEqual([]);
      if (!isPublic) await page.getByLabel('I have stored it').check();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    },
  );

  test('resources, and what is done with them', async () => {
    await page.goto(RESOURCES);
    await page.getByRole('rowheader', { name: LONG }).waitFor();
    expect(await faults()).toEqual([]);
    const menu = page.getByRole('button', { name: 'What to do with Globex Corp.' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: /^New name/ }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await menu.click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByText('No key is scoped to it').waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add customers' }).click();
    await page.getByRole('tab', { name: 'Many at once' }).click();
    await page.getByRole('textbox').fill('cus_1,Globex Inc.\ncus_9');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('1 was saved').waitFor();
    expect(await faults()).toEqual([]);
  });

  test('no resources of a type', async () => {
    await page.goto(`${RESOURCES}?type=warehouse`);
    await page.getByRole('heading', { name: 'No warehouses yet' }).waitFor();
    expect(await faults()).toEqual([]);
  });

  test('what lies over a page', async () => {
    await page.goto(KEYS);
    await page.getByRole('link', { name: LONG }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.type('product');
    await page.getByRole('option', { name: LONG }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Organization: Acme' }).click();
    await page.getByRole('dialog').getByRole('option').first().waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('a server that does not answer', async () => {
    await page.goto(RESOURCES);
    await page.getByRole('rowheader', { name: LONG }).waitFor();
    await page.route('**/v1/**', (route) => route.abort());
    await page.route('**/health/**', (route) => route.abort());
    await page.getByRole('searchbox').fill('anything');
    await page.getByRole('alert').waitFor();
    await page.getByText('does not answer').waitFor();
    expect(await faults()).toEqual([]);
    await page.unrouteAll();
  });

  test('the account, and turning on a second factor', async () => {
    await page.goto('/account');
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Turn on' }).click();
    const asked = page.getByRole('dialog', { name: 'Turn on' });
    expect(await faults()).toEqual([]);
    await asked.getByLabel('Password').fill(OPERATOR.password);
    await page.keyboard.press('Enter');
    const scan = page.getByRole('dialog', { name: 'Scan this with your authenticator app' });
    await scan.getByRole('img', { name: 'QR code' }).waitFor();
    expect(await faults()).toEqual([]);
    const secret = (await scan.locator('code').innerText()).replaceAll(/\s/g, '');
    await scan.getByRole('textbox', { name: 'Code' }).fill(codeAt(secret, server.clock.now()));
    await page.keyboard.press('Enter');
    const shown = page.getByRole('alertdialog', { name: 'Store your backup codes now' });
    await shown.waitFor();
    expect(await faults()).toEqual([]);
    await shown.getByLabel('I have stored them').check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 backup codes left').waitFor();
    expect(await faults()).toEqual([]);
  });

  test('signing in', async () => {
    await page.context().clearCookies();
    await page.goto('/');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await faults()).toEqual([]);
    await signIn(page, OPERATOR.email, OPERATOR.password);
    await page.getByLabel('Code').waitFor();
    expect(await faults()).toEqual([]);
    await page.goto('/sign-in?problem=nobody');
    await page.getByRole('alert').waitFor();
    expect(await faults()).toEqual([]);
  });
});
