import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { accept, invite, tokenOf } from '../../server/test/harness/invitations.ts';
import { addMember, anotherAddress, PASSWORD } from '../../server/test/harness/people.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser } from './harness/browser.ts';
import {
  advance,
  MEMBERS,
  OPERATOR,
  ORGANIZATION,
  setUpOperator,
  signIn,
  startPages,
} from './harness/pages.ts';

const browser = useBrowser();

describe('Settings → Members', () => {
  let server: TestServer;
  let page: Page;
  let operatorState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  beforeAll(async () => {
    server = await startPages();
    const opened = await browser.open(server.url);
    await setUpOperator(opened.page, server);
    operatorState = await opened.page.context().storageState();
    await opened.page.context().close();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });
  afterEach(() => page.context().close());

  const asOperator = async (path: string) => {
    const opened = await browser.open(server.url, { storageState: operatorState });
    page = opened.page;
    await page.goto(path);
    return opened;
  };
  /** Past the limit of sign-ins from this machine. */
  const as = async (role: 'owner' | 'admin' | 'developer' | 'viewer', name: string) => {
    await advance(server, 61_000);
    const member = await addMember(server, ORGANIZATION, role, name);
    const opened = await browser.open(server.url);
    page = opened.page;
    await page.goto(MEMBERS);
    await signIn(page, member.email, PASSWORD);
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor();
    return member;
  };
  const freshOperator = async () => {
    await advance(server, 61_000);
    const opened = await browser.open(server.url);
    await opened.page.goto('/sign-in');
    await signIn(opened.page, OPERATOR.email, OPERATOR.password);
    await opened.page.getByRole('heading', { name: 'Organizations' }).waitFor();
    operatorState = await opened.page.context().storageState();
    await opened.page.context().close();
  };
  const row = (email: string) =>
    page.locator('main').getByRole('listitem').filter({ hasText: email });
  const roleOf = async (email: string) => {
    const { body } = await server.call(
      'GET',
      `/v1/organizations/${ORGANIZATION}/members?limit=200`,
    );
    return body.data.find((member: { email: string }) => member.email === email)?.role ?? null;
  };

  test('several people are invited at once, and each link is shown once', async () => {
    await addMember(server, ORGANIZATION, 'viewer', 'here');
    const opened = await asOperator(MEMBERS);
    await page.getByRole('button', { name: 'Invite people' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite people' });
    const emails = dialog.getByLabel('E-mail addresses');
    await emails.fill('not an address');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    await dialog.getByRole('alert').getByText('not, an, address').waitFor();
    await emails.fill(
      'Grace <grace@example.com>, ALAN@example.com;\nhere@example.com grace@example.com',
    );
    await dialog.getByRole('radio', { name: 'Admin' }).check();
    await dialog.getByRole('button', { name: 'Invite 3 people' }).click();
    const made = page.getByRole('alertdialog', { name: 'Hand over these links' });
    await made.waitFor();
    const links = await made.locator('code').allInnerTexts();
    expect(links).toHaveLength(2);
    expect(new Set(links).size).toBe(2);
    for (const link of links) expect(link).toMatch(`${server.url}/invitation#token=`);
    await made.getByText('belongs to "acme" already').waitFor();
    await page.keyboard.press('Escape');
    await made.getByRole('button', { name: 'Done' }).click();
    await row('alan@example.com').getByText('Admin').waitFor();
    const kept: string = await page.evaluate(
      '[document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()',
    );
    for (const link of links) expect(kept).not.toContain(link.split('=')[1]);
    expectCalm(opened, server.url);
  });

  test('a link opens the page on which somebody new joins, and stands in no history', async () => {
    const made = await invite(server, 'barbara@example.com', 'developer');
    const opened = await browser.open(server.url);
    page = opened.page;
    await page.goto(made.body.link.replace(/^.*(?=\/invitation)/, ''));
    await page.getByRole('heading', { name: 'Join Acme' }).waitFor();
    expect(page.url()).toBe(`${server.url}/invitation`);
    await page.getByText('You are invited to Acme as developer.').waitFor();
    await page.getByText('barbara@example.com').waitFor();
    await page.getByLabel('Your name').fill('Barbara');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Members' }).click();
    await row('barbara@example.com').getByText('You', { exact: true }).waitFor();
    expectCalm(opened, server.url);
  });

  test('somebody with an account gives its password, and one who is signed in just joins', async () => {
    await server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex' } });
    await server.call('PUT', '/v1/organizations/initech', { body: { name: 'Initech' } });
    await addMember(server, ORGANIZATION, 'viewer', 'edsger');
    const opened = await browser.open(server.url);
    page = opened.page;
    const open = async (organizationId: string) => {
      const made = await invite(server, 'edsger@example.com', 'viewer', organizationId);
      await page.goto('about:blank');
      await page.goto(`/invitation#token=${tokenOf(made)}`);
    };
    await advance(server, 61_000);
    await open('globex');
    await page.getByLabel('Password').fill('not the right one');
    await page.getByRole('button', { name: 'Sign in and join' }).click();
    await page.getByRole('alert').getByText('do not belong together').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in and join' }).click();
    await page.waitForURL(/\/org\/globex\//);
    await open('initech');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL(/\/org\/initech\//);
    await page.goto('/');
    for (const name of ['Acme', 'Globex', 'Initech']) {
      await page.getByRole('link', { name }).waitFor();
    }
  });

  test('a link that is not valid, or is for somebody else, says so', async () => {
    await asOperator('/invitation');
    await page.getByText('This address lacks its token').waitFor();
    await page.goto('about:blank');
    await page.goto('/invitation#token=wrong');
    await page.getByText('not valid any more').waitFor();
    const made = await invite(server, 'tony@example.com', 'viewer');
    await page.goto('about:blank');
    await page.goto(`/invitation#token=${tokenOf(made)}`);
    await page.getByText(`You are signed in as ${OPERATOR.email}`).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your name').waitFor();
    await freshOperator();
  });

  test('an admin changes roles in place up to their own, and nobody above', async () => {
    await addMember(server, ORGANIZATION, 'owner', 'owner');
    await addMember(server, ORGANIZATION, 'viewer', 'promoted');
    await as('admin', 'admin');
    const choice = page.getByLabel('Role of promoted');
    await choice.waitFor();
    expect(await choice.locator('option').allInnerTexts()).toEqual([
      'Admin',
      'Developer',
      'Viewer',
    ]);
    await choice.selectOption('Developer');
    await page.getByText('promoted is Developer now.').first().waitFor();
    expect(await roleOf('promoted@example.com')).toBe('developer');
    const owner = row('owner@example.com');
    await owner.getByText('Owner', { exact: true }).waitFor();
    expect(await owner.getByRole('combobox').count()).toBe(0);
    expect(await owner.getByRole('button').count()).toBe(0);
    // Their own role they are asked about first.
    await page.getByLabel('Role of admin').selectOption('Viewer');
    const asked = page.getByRole('alertdialog', { name: 'Give up your role?' });
    await asked.getByRole('button', { name: 'Cancel' }).click();
    expect(await roleOf('admin@example.com')).toBe('admin');
    await page.getByLabel('Role of admin').selectOption('Viewer');
    await asked.getByRole('button', { name: 'Give it up' }).click();
    // Behind a dialog, nothing has a role.
    await asked.waitFor({ state: 'detached' });
    // At once, nothing is offered any more that they may not do.
    await page.getByRole('button', { name: 'Invite people' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('combobox').count()).toBe(0);
    expect(await roleOf('admin@example.com')).toBe('viewer');
  });

  test('after ten minutes the password is asked for, and the role that was chosen is given', async () => {
    await addMember(server, ORGANIZATION, 'viewer', 'patient');
    await as('owner', 'late');
    await advance(server, 11 * 60_000);
    await page.getByLabel('Role of patient').selectOption('Admin');
    const asked = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('patient is Admin now.').first().waitFor();
    await advance(server, 11 * 60_000);
    await page.getByRole('button', { name: 'Invite people' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite people' });
    await dialog.getByLabel('E-mail addresses').fill('one@example.com, two@example.com');
    await dialog.getByRole('button', { name: 'Invite 2 people' }).click();
    await asked.getByLabel('Password').fill(PASSWORD);
    await asked.getByRole('button', { name: 'Continue' }).click();
    const made = page.getByRole('alertdialog', { name: 'Hand over these links' });
    await made.waitFor();
    expect(await made.locator('code').count()).toBe(2);
  });

  test('removing somebody shows the keys that would stay, and revokes them when told to', async () => {
    const leaver = await addMember(server, ORGANIZATION, 'developer', 'leaver');
    const secrets: string[] = [];
    for (const name of ['Nightly export', 'Billing export']) {
      const { body } = await server.call('POST', '/v1/keys', {
        body: {
          apiId: 'interact',
          organizationId: ORGANIZATION,
          name,
          permissions: ['jobs_read'],
          ownerId: leaver.id,
        },
      });
      secrets.push(body.secret);
    }
    await freshOperator();
    await asOperator(MEMBERS);
    await row('leaver@example.com').getByRole('button', { name: 'Remove' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Remove leaver?' });
    await asked.getByText('2 keys belong to them:').waitFor();
    await asked.getByText('Nightly export').waitFor();
    await asked.getByLabel('Revoke these keys, too').check();
    await asked.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('leaver was removed, and 2 of their keys revoked.').first().waitFor();
    await expect.poll(() => row('leaver@example.com').count()).toBe(0);
    for (const token of secrets) {
      const body = { token, apiId: 'interact', environment: 'production' };
      expect((await server.call('POST', '/v1/keys/verify', { body })).body.code).toBe('REVOKED');
    }
  });

  test('a new link takes the place of the old one, and an invitation is revoked', async () => {
    const made = await invite(server, 'john@example.com', 'viewer');
    await freshOperator();
    await asOperator(MEMBERS);
    const invited = row('john@example.com');
    await invited.getByRole('button', { name: 'New link' }).click();
    const shown = page.getByRole('alertdialog');
    const link = await shown.locator('code').innerText();
    expect(link).not.toBe(made.body.link);
    await shown.getByRole('button', { name: 'Done' }).click();
    expect((await accept(server, tokenOf(made))).status).toBe(403);
    await invited.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The invitation of john@example.com was revoked.').first().waitFor();
    await expect.poll(() => invited.count()).toBe(0);
    const body = { token: link.split('=')[1] };
    const preview = await server.call('POST', '/v1/invitations/preview', { key: null, body });
    expect(preview.status).toBe(403);
  });

  test('a viewer sees who is there, changes nothing and can leave', async () => {
    await as('viewer', 'guest');
    await page.getByText('guest@example.com').waitFor();
    const buttons = await page.locator('main').getByRole('button').allInnerTexts();
    expect(buttons).toEqual(['Leave']);
    expect(await page.getByRole('combobox').count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Invitations' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByText('You belong to no organization yet').waitFor();
    expect(await roleOf('guest@example.com')).toBeNull();
  });

  test('an operator creates an organization, whose id follows its name', async () => {
    await asOperator('/');
    await page.getByRole('button', { name: 'Create an organization' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create an organization' });
    await dialog.getByLabel('Name').fill('Acme');
    await dialog.getByRole('button', { name: 'Create' }).click();
    // It would have been renamed.
    await dialog.getByRole('alert').getByText('“acme” already').waitFor();
    await dialog.getByLabel('Name').fill('Müller & Söhne');
    expect(await dialog.getByLabel('Id').inputValue()).toBe('muller-sohne');
    await dialog.getByLabel('Id').fill('m/s');
    await dialog.getByText('Up to 128 letters').waitFor();
    await dialog.getByLabel('Id').fill('ms');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(/\/org\/ms\/settings\/members/);
    const { body } = await server.call('GET', '/v1/organizations/ms');
    expect(body.name).toBe('Müller & Söhne');
  });

  test('an operator invites another, who joins', async () => {
    await asOperator('/');
    await page.getByRole('link', { name: 'Operators' }).click();
    await page.getByRole('button', { name: 'Invite people' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite people' });
    await dialog.getByLabel('E-mail addresses').fill('second@example.com');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    const link = await page.getByRole('alertdialog').locator('code').innerText();
    await page.context().close();
    const opened = await browser.open(server.url, { extraHTTPHeaders: anotherAddress() });
    page = opened.page;
    await page.goto(link);
    await page.getByRole('heading', { name: 'Run this installation' }).waitFor();
    await page.getByLabel('Your name').fill('Second');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'This installation' }).waitFor();
  });
});
