import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claviger, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

describe('organizations', () => {
  test('are made, shown, listed, suspended, resumed and deleted', async () => {
    const said = async (args: string[]) => (await server.run(['organizations', ...args])).stdout;
    expect(await said(words`put globex --name ${'Globex Corp.'}`)).toMatch(
      /^Id {7}globex\nName {5}Globex Corp\.$/m,
    );
    expect(await said(words`show globex`)).toMatch(/^Status {3}active$/m);
    expect(await said(words`list --search globex`)).toMatch(
      /^globex +Globex Corp\. +active +just now$/m,
    );
    expect(await said(words`suspend globex --yes`)).toBe(
      'Suspended globex "Globex Corp.": its keys are refused.\n',
    );
    expect(await said(words`list`)).toMatch(/^globex +Globex Corp\. +suspended/m);
    expect(await said(words`resume globex`)).toBe(
      'Resumed globex "Globex Corp.": its keys are accepted again.\n',
    );
    expect(await said(words`delete globex --yes`)).toBe('Deleted globex.\n');
  });

  test('with --json print what the API answers', async () => {
    const json = (args: string[]) => server.json(['organizations', ...args]);
    const { organization } = await json(words`put initech --name Initech`);
    expect(organization).toMatchObject({ id: 'initech', name: 'Initech', suspended: false });
    expect(await json(words`show initech`)).toEqual(organization);
    expect(await json(words`list --search initech`)).toEqual({
      data: [organization],
      nextCursor: null,
    });
    expect(await json(words`suspend initech -y`)).toMatchObject({
      organization: { suspended: true },
    });
    expect(await json(words`resume initech`)).toMatchObject({ organization: { suspended: false } });
    expect(await json(words`delete initech -y`)).toMatchObject({ id: 'initech', deleted: true });
  });

  test('that have keys are not deleted', async () => {
    await server.createKey();
    const { code, stderr } = await server.run(words`organizations delete acme --yes`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^claviger: The organization "acme" has 1 key/);
  });
});

describe('root keys', () => {
  test('are made over the API when one is given, bound to what is said', async () => {
    const made = await server.run(words`
      root-keys create --name Gateway --permission keys:verify,keys:read
      --api interact --organization acme --expires 90d`);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^clv_[0-9A-Za-z]{48}\n$/);
    expect(made.stderr).toMatch(/^Created the root key key_\w+ "Gateway"\.$/m);
    const me = await claviger(words`me --json`, {
      ...server.env,
      CLAVIGER_ROOT_KEY: made.stdout.trim(),
    });
    expect(JSON.parse(me.stdout)).toMatchObject({
      permissions: ['keys:verify', 'keys:read'],
      resources: { api: ['interact'], organization: ['acme'] },
      createdBy: { type: 'rootKey' },
    });
    const answer = await server.json(words`root-keys create --name Backend`);
    expect(answer).toMatchObject({
      key: { preset: 'full-access' },
      secret: expect.stringMatching(/^clv_/),
    });
  });

  test('are made straight in the database when none is given', async () => {
    const made = await claviger(words`root-keys create --name ${'Way back'}`, server.settings);
    expect(made.code, made.stderr).toBe(0);
    const me = await claviger(words`me --json`, {
      ...server.env,
      CLAVIGER_ROOT_KEY: made.stdout.trim(),
    });
    expect(JSON.parse(me.stdout)).toMatchObject({
      name: 'Way back',
      createdBy: { type: 'system' },
    });
    const json = await claviger(words`root-keys create --name Other --json`, server.settings);
    expect(JSON.parse(json.stdout)).toMatchObject({
      key: { name: 'Other' },
      effective: { everywhere: true },
    });
    const nowhere = await claviger(
      words`root-keys create --name Other --url ${server.url}`,
      server.settings,
    );
    expect(nowhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--url needs a root key'),
    });
    const wrong = await claviger(
      words`root-keys create --name Other --permission nope`,
      server.settings,
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('--permission "nope" is not in the catalog');
  });

  test('are listed and revoked; a key of another API is not taken for one', async () => {
    const { key } = await server.json(words`root-keys create --name Temporary --api interact`);
    const list = await server.run(words`root-keys list`);
    expect(list.stdout).toMatch(/^ID +NAME +STATUS +PERMISSIONS +LAST USED +EXPIRES +BOUND TO$/m);
    expect(list.stdout).toMatch(
      /Temporary +active +preset full-access +never +never +api interact$/m,
    );
    const listed = await server.json(words`root-keys list`);
    expect(listed.data).toContainEqual(key);
    expect(await server.run(words`root-keys revoke ${key.id} --yes`)).toMatchObject({
      code: 0,
      stdout: `Revoked the root key ${key.id} "Temporary".\n`,
    });
    const other = await server.json(words`root-keys create --name Temporary`);
    expect(
      await server.json(words`root-keys revoke ${other.key.id} -y --reason Gone`),
    ).toMatchObject({
      key: { status: 'revoked', revokedReason: 'Gone' },
    });
    const ordinary = await server.createKey();
    const refused = await server.run(words`root-keys revoke ${ordinary.key.id} --yes`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is no root key') });
  });
});
