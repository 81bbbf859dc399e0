import { afterAll, beforeAll, expect, test } from 'vitest';
import { shell, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

/** Runs the command of a finding as it is shown. */
const follow = (command: string) => shell(`cd '${server.folder}' && ${command}`, server.env);

test('insights shows what was found, and the command of each ends it', async () => {
  const { key, secret } = await server.createKey({ name: 'test' });
  const place = words`insights --api interact --organization acme`;
  await server.call('POST', '/v1/keys/verify', {
    token: secret,
    apiId: 'interact',
    origin: 'https://app.example.com',
    ip: '203.0.113.7',
  });

  const shown = await server.run(place);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(
    new RegExp(
      [
        String.raw`^Secrets in web pages \(1\)`,
        'high   The secret of "test" is in a web page: https://app.example.com.',
        `       ${key.id}, acme, interact, production`,
        '       https://app.example.com: once, last just now',
        '       Let the page ask a server of yours.*',
        `         claviger keys rotate ${key.id} --overlap 24h > new.key`,
        '',
        String.raw`Names that say nothing \(1\)`,
        'low    Nobody can tell what "test" is for.',
      ].join('\n'),
    ),
  );
  expect(shown.stderr).toMatch(/^Request logs have been watched since 20\S+Z only: permissions/);

  const { data } = await server.json(place);
  expect(data.map(({ kind }: { kind: string }) => kind)).toEqual([
    'SECRET_IN_BROWSER',
    'VAGUE_NAME',
  ]);
  for (const { action } of data) expect(await follow(action.command)).toMatchObject({ code: 0 });
  expect(await server.json([...place, '--all'])).toEqual({ data: [], nextCursor: null });
  expect(await server.run([...place, '--all'])).toMatchObject({ code: 0, stdout: '' });
});

test('insights says once how far away the end of a key is', async () => {
  const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const { key, secret } = await server.createKey({ expiresAt });
  await server.call('POST', '/v1/keys/verify', { token: secret, apiId: 'interact' });
  const { stdout } = await server.run(words`insights --key ${key.id} --kind EXPIRING_KEY`);
  const exact = expiresAt.replace('T', ' ').slice(0, 19);
  expect(stdout).toContain('expires in 4 days.\n');
  expect(stdout).toContain(`\n       expires ${exact} UTC\n`);
});

test('insights says that there may be more, and refuses what is no kind', async () => {
  const { key } = await server.createKey({ name: 'key 1' });
  await server.createKey({ name: 'key 2' });
  const page = await server.run(words`insights --kind VAGUE_NAME --limit 1`);
  expect(page.stdout.split('\n')[0]).toBe('Names that say nothing (1)');
  expect(page.stderr).toContain('There may be more: --all looks at every key.');
  const all = await server.run(words`insights --kind VAGUE_NAME --all`);
  expect(all.stdout.split('\n')[0]).toBe('Names that say nothing (2)');
  const one = await server.json(words`insights --key ${key.id} --days 7`);
  expect(one.data).toMatchObject([{ kind: 'VAGUE_NAME', keyId: key.id }]);
  expect(await server.run(words`insights --kind NOTHING`)).toMatchObject({ code: 2 });
});
