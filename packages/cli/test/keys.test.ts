import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const SECRET = /^int_[0-9A-Za-z]{48}\n$/;

describe('keys create', () => {
  test('prints the secret alone, and everything else to standard error', async () => {
    const { code, stdout, stderr } = await server.run(words`
      keys create --api interact --organization acme --name test --permission
      agent_jobs_read,agent_jobs_trigger --expires 90d --owner user_42 --metadata plan=pro
      --metadata note=a=b --description ${'Runs at night'}
    `);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(SECRET);
    expect(stderr).toContain('Created key_');
    expect(stderr).toContain('"test" for acme, interact, production.');
    expect(stderr).toContain('It may: agent_jobs_read, agent_jobs_trigger.');
    expect(stderr).toContain('It expires in 3 months');
    expect(stderr).toContain('Warning: "test" does not say what uses the key.');
    expect(stderr).not.toContain(stdout.trim());
    const [, id] = /(key_\w+)/.exec(stderr) ?? [];
    expect((await server.call('GET', `/v1/keys/${id}`)).body).toMatchObject({
      permissions: ['agent_jobs_read', 'agent_jobs_trigger'],
      ownerId: 'user_42',
      metadata: { plan: 'pro', note: 'a=b' },
      description: 'Runs at night',
    });
  });

  test('with --json prints the whole answer of the API', async () => {
    const answer = await server.json(words`
      keys create --api interact --organization acme --name ${'Warehouse staging'} --permission
      agent_jobs_read
    `);
    expect(answer).toMatchObject({
      key: { name: 'Warehouse staging', status: 'active' },
      secret: expect.stringMatching(/^int_/),
      effective: { everywhere: true },
    });
  });

  test('says of each fault which option it is about, and the request id', async () => {
    const { code, stdout, stderr } = await server.run(words`
      keys create --api interact --organization acme --name ${' '} --expires 2020-01-01 --owner
      ${'a b'}
    `);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `claviger: the server refused this:
  --name must not be empty
  --owner must be 1–128 characters of [A-Za-z0-9_.:@-]
request id: ${/request id: (\S+)/.exec(stderr)?.[1]}
`,
    );
    const unknown = await server.run(words`
      keys create --api nope --organization acme --name Zapier --json
    `);
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ code: 'API_NOT_FOUND', status: 404 });
  });

  test('of a pair prints the secret half, and the public one beside it', async () => {
    await server.call('PUT', '/v1/apis/agentsgt', {
      name: 'AgentsGT',
      formats: {
        pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
      },
      permissions: [{ id: 'agents:read', name: 'Read agents' }],
    });
    const { code, stdout, stderr } = await server.run(words`
      keys create --api agentsgt --organization acme --kind pair --name ${'Production website'}
      --permission agents:read
    `);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^sk_[0-9A-Za-z]{60}\n$/);
    expect(stderr).toMatch(/Its public half is pk_[0-9A-Za-z]{32};/);
  });
});

describe('keys list', () => {
  test('takes every filter of the API', async () => {
    const { key } = await server.createKey({
      name: 'The one',
      ownerId: 'user_7',
      metadata: { plan: 'gold' },
    });
    const filters = words`
      --api interact --organization acme --environment production --status active --kind secret
      --permission agent_jobs_read --owner user_7 --metadata plan=gold --search ${'the one'}
      --last-used-before 2030-01-01 --sort name --order asc --limit 5
    `;
    const page = await server.json(['keys', 'list', ...filters]);
    expect(page).toEqual({ data: [key], nextCursor: null, previousCursor: null });
    const nothing = words`--created-before 90d --resource customer:cus_1 --expires-before 7d`;
    const { code, stdout, stderr } = await server.run(['keys', 'list', ...nothing]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'No keys.\n' });
  });

  test('shows a table, says that there is more, and with --all goes through every page', async () => {
    for (const name of ['Alpha job', 'Beta job', 'Gamma job']) {
      await server.createKey({ name, ownerId: 'pager' });
    }
    const args = words`keys list --owner pager --limit 2 --sort name --order asc`;
    const first = await server.run(args);
    const [heading, ...rows] = first.stdout.trimEnd().split('\n');
    expect(heading).toMatch(
      /^ID +NAME +STATUS +ORGANIZATION +API +ENVIRONMENT +PERMISSIONS +LAST USED/,
    );
    expect(rows).toEqual([
      expect.stringMatching(
        /^key_\w{22} {2}Alpha job {2}active +acme +interact +production +agent_jobs_read +never/,
      ),
      expect.stringMatching(/Beta job/),
    ]);
    expect(first.stderr).toBe('There are more keys: --all lists every one, --limit up to 200.\n');
    expect(first.stdout).not.toContain('\u001b');

    const all = await server.run([...args, '--all']);
    expect(all.stdout.match(/\w+ job/g)).toEqual(['Alpha job', 'Beta job', 'Gamma job']);
    expect(all.stderr).toBe('');
    const { data, nextCursor } = await server.json([...args, '--all']);
    expect(data.map(({ name }: { name: string }) => name)).toEqual([
      'Alpha job',
      'Beta job',
      'Gamma job',
    ]);
    expect(nextCursor).toBeNull();

    const page = await server.json(args);
    const next = await server.json([...args, '--cursor', page.nextCursor]);
    expect(next.data).toMatchObject([{ name: 'Gamma job' }]);
  });

  test('with --all --json and nothing found is an empty list', async () => {
    expect(await server.json(words`keys list --all --owner nobody`)).toEqual({
      data: [],
      nextCursor: null,
    });
  });
});

describe('keys show and update', () => {
  test('show a key as fields and as the API has it', async () => {
    const { key } = await server.createKey({ name: 'Finance export', description: 'two\nlines' });
    const { code, stdout } = await server.run(words`keys show ${key.id}`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Id {12}key_/);
    expect(stdout).toContain('Description   two\n              lines\n');
    expect(stdout).toMatch(
      /^Created {7}just now \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\) by rootKey key_/m,
    );
    expect(stdout).toMatch(
      /^Secrets {7}sec_\w{22} {2}int_\w{4}…\w{4} {2}current, last used never$/m,
    );
    expect(await server.json(words`keys show ${key.id}`)).toEqual(key);
  });

  test('replace what is given and empty what is negated', async () => {
    const { key } = await server.createKey({ ownerId: 'user_1', metadata: { plan: 'pro' } });
    const changed = await server.run(words`
      keys update ${key.id} --name ${'Nightly scheduler'} --no-owner --permission
      agent_jobs_trigger --expires 2099-12-31
    `);
    expect(changed.code, changed.stderr).toBe(0);
    expect(changed.stdout).toMatch(/^Permissions {3}agent_jobs_trigger$/m);
    expect(changed.stdout).toContain('(2099-12-31 00:00:00 UTC)');
    const answer = await server.json(words`keys update ${key.id} --expires never --no-metadata`);
    expect(answer.key).toMatchObject({
      name: 'Nightly scheduler',
      ownerId: null,
      permissions: ['agent_jobs_trigger'],
      expiresAt: null,
      metadata: {},
    });
  });

  test('say when nothing is to be changed, and when there is no such key', async () => {
    const nothing = await server.run(words`keys update key_0000000000000000000000`);
    expect(nothing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to change'),
    });
    const unknown = await server.run(words`keys show key_0000000000000000000000`);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/^claviger: .+\nrequest id: \S+\n$/);
    expect((await server.run(words`keys show key_x`)).stderr).toMatch(
      /^claviger: Nothing has this id: an id here must be key_ and 22 letters and digits\.\n/,
    );
  });
});

describe('new secrets', () => {
  test('rotate leaves the old one for the overlap, end-secret ends it', async () => {
    const { key, secret } = await server.createKey();
    const rotated = await server.run(words`keys rotate ${key.id} --overlap 7d`);
    expect(rotated.code, rotated.stderr).toBe(0);
    expect(rotated.stdout).toMatch(SECRET);
    expect(rotated.stderr).toMatch(/The secret int_\S+ goes on working; it ends in 7 days/);
    const valid = (token: string) =>
      server
        .call('POST', '/v1/keys/verify', { token, apiId: 'interact' })
        .then(({ body }) => body.code);
    expect(await valid(secret)).toBe('VALID');
    expect(await valid(rotated.stdout.trim())).toBe('VALID');

    const [, old] = (await server.call('GET', `/v1/keys/${key.id}`)).body.secrets;
    const ended = await server.run(words`keys end-secret ${key.id} ${old.id}`);
    expect(ended).toMatchObject({
      code: 0,
      stdout: `Ended ${old.id} of ${key.id} "Production scheduler".\n`,
    });
    expect(await valid(secret)).toBe('REVOKED');

    const { key: again } = await server.json(words`keys rotate ${key.id}`);
    const answer = await server.json(words`keys end-secret ${key.id} ${again.secrets[1].id}`);
    expect(answer.key.secrets).toHaveLength(1);
  });

  test('an overlap has a unit, and its limit too', async () => {
    const { key } = await server.createKey();
    expect((await server.run(words`keys rotate ${key.id} --overlap 91d`)).stderr).toContain(
      '--overlap must be at most 90 days\n',
    );
    const { code, stderr } = await server.run(words`keys rotate key_x --overlap 5`);
    expect(code).toBe(2);
    expect(stderr).toContain('Write a number and its unit: 30m, 24h, 7d.');
  });

  test('regenerate cuts the old one off', async () => {
    const { key } = await server.createKey();
    const regenerated = await server.run(words`keys regenerate ${key.id} --yes`);
    expect(regenerated).toMatchObject({ code: 0, stdout: expect.stringMatching(SECRET) });
    const answer = await server.json(words`keys regenerate ${key.id} -y`);
    expect(answer.key.secrets).toHaveLength(1);
    expect(answer.secret).toMatch(/^int_/);
  });
});

describe('switching off', () => {
  test('disable, enable, revoke and delete say what the key is now', async () => {
    const { key } = await server.createKey({ name: 'Zapier production' });
    const name = `${key.id} "Zapier production"`;
    const said = async (...args: string[]) => (await server.run(['keys', ...args])).stdout;
    expect(await said('disable', key.id)).toBe(`Disabled ${name}: it is inactive.\n`);
    expect(await said('enable', key.id)).toBe(`Enabled ${name}: it is active.\n`);
    expect(await said('revoke', key.id, '--yes', '--reason', 'Leaked')).toBe(
      `Revoked ${name}: it is revoked.\n`,
    );
    expect(await said('show', key.id)).toMatch(/^Reason {8}Leaked$/m);
    expect(await said('delete', key.id, '--yes')).toBe(`Deleted ${key.id}.\n`);
  });

  test('with --json they print what the API answers', async () => {
    const { key } = await server.createKey();
    const effective = { everywhere: true, unreachable: [] };
    const json = (...args: string[]) => server.json(['keys', ...args]);
    expect(await json('disable', key.id)).toMatchObject({ key: { status: 'inactive' }, effective });
    expect(await json('enable', key.id)).toMatchObject({ key: { status: 'active' }, effective });
    expect(await json('revoke', key.id, '--yes')).toMatchObject({
      key: { status: 'revoked' },
      effective,
    });
    expect(await json('delete', key.id, '--yes')).toMatchObject({
      id: key.id,
      deleted: true,
      effective,
    });
  });
});
