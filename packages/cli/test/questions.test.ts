import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleApi } from '../../server/test/harness/fixtures.ts';
import { inTerminal, startCliServer, words, type CliServer } from './harness/cli.ts';
import { writeFileSync } from 'node:fs';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const statusOf = async (id: string) => (await server.call('GET', `/v1/keys/${id}`)).body.status;

describe('on a terminal', () => {
  test('revoking says what it means and when the key was last used; no is no, yes is yes', async () => {
    const { key } = await server.createKey({ name: 'Zapier production' });
    const no = await inTerminal(words`keys revoke ${key.id}`, server.env, [[/\[y\/N\]/, 'n\r']]);
    expect(no.code).toBe(1);
    expect(no.screen).toContain(
      `${key.id} "Zapier production" (acme, interact, production) is refused everywhere from then on. That is final. It was never used.`,
    );
    expect(no.screen).toContain('Nothing was changed.');
    expect(await statusOf(key.id)).toBe('active');
    const yes = await inTerminal(words`keys revoke ${key.id}`, server.env, [[/\[y\/N\]/, 'y\r']]);
    expect(yes.code, yes.screen).toBe(0);
    expect(await statusOf(key.id)).toBe('revoked');
  });

  test('Ctrl-C at a question ends with 130, the end of the input with 1', async () => {
    const { key } = await server.createKey();
    const interrupted = await inTerminal(words`keys delete ${key.id}`, server.env, [
      [/\[y\/N\]/, '\u0003'],
    ]);
    expect(interrupted.code, interrupted.screen).toBe(130);
    expect(interrupted.screen).toContain('is gone for good and refused everywhere');
    const ended = await inTerminal(words`keys delete ${key.id}`, server.env, [
      [/\[y\/N\]/, '\u0004'],
    ]);
    expect(ended.code, ended.screen).toBe(1);
    expect(await statusOf(key.id)).toBe('active');
  });

  test('regenerating asks, and then shows the secret', async () => {
    const { key } = await server.createKey();
    const { code, screen } = await inTerminal(words`keys regenerate ${key.id}`, server.env, [
      [/\[y\/N\]/, 'yes\r'],
    ]);
    expect(code, screen).toBe(0);
    expect(screen).toContain('is refused from then on, with no overlap. It was never used.');
    expect(screen).toMatch(/shown this once:\nint_[0-9A-Za-z]{48}\n/);
  });

  test('suspending says how many keys it hits, and when one was last used', async () => {
    await server.call('PUT', '/v1/organizations/globex', { name: 'Globex' });
    await server.createKey({ organizationId: 'globex', name: 'Only one' });
    const steps = [[/\[y\/N\]/, 'y\r']] as const;
    const { code, screen } = await inTerminal(
      words`organizations suspend globex`,
      server.env,
      steps,
    );
    expect(code, screen).toBe(0);
    expect(screen).toContain(
      'It has 1 active key; the one used last is "Only one". It was never used.',
    );
  });

  test('deleting an API or an organization asks; revoking the presented root key says that it is it', async () => {
    const no = [[/\[y\/N\]/, '\r']] as const;
    const api = await inTerminal(words`apis delete interact`, server.env, no);
    expect(api).toMatchObject({
      code: 1,
      screen: expect.stringContaining('is gone for good, its definition with it'),
    });
    const organization = await inTerminal(words`organizations delete acme`, server.env, no);
    expect(organization).toMatchObject({
      code: 1,
      screen: expect.stringContaining('The server refuses this while it has keys'),
    });
    const me = await server.json(words`me`);
    const root = await inTerminal(words`root-keys revoke ${me.id}`, server.env, no);
    expect(root).toMatchObject({
      code: 1,
      screen: expect.stringContaining('It is the key you present now.'),
    });
  });

  test('applying shows what changes and asks once for all', async () => {
    const paths = ['one', 'two'].map((name) => server.path(`${name}.json`));
    for (const path of paths) writeFileSync(path, JSON.stringify(exampleApi('interact')));
    const { code, screen } = await inTerminal(['apis', 'apply', ...paths], server.env, [
      [/\[y\/N\]/, 'y\r'],
    ]);
    expect(code, screen).toBe(0);
    expect(screen).toMatch(
      /one is new[^]+two is new[^]+Apply these 2\? \[y\/N\][^]+Created one\.\nCreated two\.\n/,
    );
  });

  test('a key to be verified is asked for and not shown', async () => {
    const { secret } = await server.createKey();
    const { code, screen } = await inTerminal(words`verify --api interact`, server.env, [
      [/Paste/, `${secret}\r`],
    ]);
    expect(code, screen).toBe(0);
    expect(screen).toContain('VALID');
    expect(screen).not.toContain(secret);
  });
});

describe('where nobody can be asked', () => {
  test.each([
    words`keys revoke key_x`,
    words`keys delete key_x`,
    words`keys regenerate key_x --secret-file never.key`,
    words`apis delete interact`,
    words`organizations suspend acme`,
    words`organizations delete acme`,
  ])('%s %s needs --yes', async (...args) => {
    const { code, stdout, stderr } = await server.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Say --yes to do it without being asked.');
    expect(existsSync('never.key')).toBe(false);
  });
});

describe('a table on a terminal', () => {
  test('fits its width, is coloured, and not with NO_COLOR', async () => {
    await server.createKey({
      name: 'A name that goes on and on and on and does not stop',
      ownerId: 'wide',
    });
    const colored = await inTerminal(words`keys list --owner wide`, server.env);
    expect(colored.screen).toContain('\u001b[32mactive');
    const plain = await inTerminal(words`keys list --owner wide`, { ...server.env, NO_COLOR: '1' });
    expect(plain.screen).not.toContain('\u001b');
    const lines = plain.screen.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(plain.screen).toMatch(/key_\w{22} {2}A name that.*… {2}active/);
  });
});
