import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claviger, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

describe('verify', () => {
  test('ends with 0 for a valid key, read from standard input or a file', async () => {
    const { key, secret } = await server.createKey();
    const ask = words`verify --api interact --organization acme --permission agent_jobs_read`;
    const piped = await server.run(ask, `${secret}\n`);
    expect(piped.code, piped.stderr).toBe(0);
    expect(piped.stdout).toMatch(/^Decision {6}VALID\nKey {11}key_\w+ "Production scheduler"$/m);
    writeFileSync(server.path('scheduler.key'), `${secret}\n`);
    const decision = await server.json([...ask, '--token-file', server.path('scheduler.key')]);
    expect(decision).toMatchObject({ valid: true, keyId: key.id });
    const any = words`verify --api interact --any-permission nothing,agent_jobs_read`;
    expect(await server.json(any, secret)).toMatchObject({ valid: true });
  });

  test('ends with 4 for one that is refused, and says why', async () => {
    const { secret } = await server.createKey();
    const ask = words`verify --api interact --permission agent_jobs_trigger`;
    const refused = await server.run(ask, secret);
    expect(refused.code).toBe(4);
    expect(refused.stdout).toMatch(/^Decision {6}INSUFFICIENT_PERMISSIONS, answer 403$/m);
    expect(refused.stdout).toMatch(/^Missing {7}agent_jobs_trigger$/m);
    const json = await server.run([...ask, '--json'], 'int_unknown');
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, code: 'NOT_FOUND' });
    const empty = await server.run(ask, '\n');
    expect(empty).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no key to be verified'),
    });
  });
});

describe('me', () => {
  test('shows whichever key is presented', async () => {
    const root = await server.run(words`me`);
    expect(root.stdout).toMatch(/^Permissions {3}preset full-access$/m);
    const { key, secret } = await server.createKey();
    const own = await claviger(
      words`me --key-file - --json`,
      { CLAVIGER_URL: server.url },
      `${secret}\n`,
    );
    expect(JSON.parse(own.stdout).id).toBe(key.id);
  });
});

describe('migrate', () => {
  test('says that the database is up to date', async () => {
    const settings = { CLAVIGER_DATABASE_URL: `sqlite:${server.path('other.db')}` };
    expect(await claviger(words`migrate`, settings)).toMatchObject({
      code: 0,
      stdout: 'The database is up to date.\n',
    });
    const json = await claviger(words`migrate --json`, settings);
    expect(JSON.parse(json.stdout)).toEqual({ upToDate: true });
  });
});
