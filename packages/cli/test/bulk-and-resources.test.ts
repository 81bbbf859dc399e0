import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTerminal, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const statusesOf = async (owner: string): Promise<string[]> => {
  const { data } = await server.json(words`keys list --owner ${owner}`);
  return data.map(({ status }: { status: string }) => status);
};

describe('keys bulk', () => {
  test('shows everything of a person who leaves, and revokes it', async () => {
    for (const name of ['Nightly export', 'Zapier']) {
      await server.createKey({ name, ownerId: 'leaver' });
    }
    const dry = await server.run(words`keys bulk revoke --owner leaver --dry-run`);
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(
      /^ID +NAME +STATUS +ORGANIZATION +API +ENVIRONMENT +LAST USED\nkey_\w{22} +Zapier +active +acme +interact +production +never\nkey_\w{22} +Nightly export +active /,
    );
    expect(dry.stdout).toContain('\nrevoke would change 2 keys of 2 that match.\n');
    expect(dry.stderr).toBe('Nothing was changed.\n');
    expect(await statusesOf('leaver')).toEqual(['active', 'active']);

    const done = await server.run(
      words`keys bulk revoke --owner leaver --reason ${'Left the company'} --yes`,
    );
    expect(done).toEqual({ code: 0, stdout: 'Revoked 2 keys.\n', stderr: '' });
    expect(await statusesOf('leaver')).toEqual(['revoked', 'revoked']);
    const again = await server.run(words`keys bulk revoke --owner leaver --yes`);
    expect(again.stdout).toBe('Revoked 0 keys.\n');
  });

  test('takes every filter, and prints with --json what the API answers', async () => {
    const fields = { ownerId: 'pro', metadata: { plan: 'pro' }, name: 'Filtered' };
    const { key } = await server.createKey(fields);
    await server.createKey({ ...fields, metadata: { plan: 'free' } });
    const answer = await server.json(words`
      keys bulk disable --owner pro --organization acme --api interact --environment production
      --created-before 2090-01-01 --permission agent_jobs_read --metadata plan=pro --status active
      --kind secret --last-used-before 2090-01-01 --yes`);
    expect(answer).toMatchObject({
      action: 'disable',
      dryRun: false,
      matched: 1,
      changed: 1,
      data: [{ id: key.id, status: 'inactive' }],
      effective: { everywhere: true },
    });
    const on = await server.run(words`keys bulk enable --owner pro --yes`);
    expect(on.stdout).toBe('Enabled 1 key.\n');
  });

  test('names what stays as it is, with the reason', async () => {
    const { key } = await server.createKey({ ownerId: 'mixed' });
    await server.createKey({ ownerId: 'mixed' });
    await server.call('POST', `/v1/keys/${key.id}/revoke`, {});
    const { code, stdout, stderr } = await server.run(words`keys bulk disable --owner mixed -y`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Disabled 1 key.\n' });
    expect(stderr).toContain(`${key.id} stays as it is: The key "${key.id}" was revoked`);
  });

  test('asks on a terminal after it has shown what it would do', async () => {
    await server.createKey({ ownerId: 'asked', name: 'Asked about' });
    const command = words`keys bulk revoke --owner asked`;
    const no = await inTerminal(command, server.env, [[/\[y\/N\]/, 'n\r']]);
    expect(no.code, no.screen).toBe(1);
    expect(no.screen).toMatch(
      /Asked about[^]+revoke would change 1 key of 1 that match\.\n[^]*Revoke them\? \[y\/N\]/,
    );
    expect(await statusesOf('asked')).toEqual(['active']);
    const yes = await inTerminal(command, server.env, [[/\[y\/N\]/, 'y\r']]);
    expect(yes.screen).toContain('Revoked 1 key.');
    expect(await statusesOf('asked')).toEqual(['revoked']);
  });

  test('without a terminal needs --yes or --dry-run, and always a filter', async () => {
    const unasked = await server.run(words`keys bulk revoke --owner leaver`);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('Say --yes to do it without being asked.');
    const everything = await server.run(words`keys bulk revoke --yes`);
    expect(everything).toMatchObject({ code: 2, stdout: '' });
    expect(everything.stderr).toContain('This needs at least one filter, such as --owner user_42');
    const faulty = await server.run(words`keys bulk revoke --owner ${'a b'} --yes`);
    expect(faulty.code).toBe(1);
    expect(faulty.stderr).toContain('--owner must be 1–128 characters');
  });
});

describe('organizations resources', () => {
  test('are named, listed, renamed and deleted', async () => {
    const run = (args: string[]) => server.run(['organizations', 'resources', ...args]);
    expect(await run(words`set acme customer cus_1 --name ${'Globex Corp.'}`)).toMatchObject({
      code: 0,
      stdout: 'The customer cus_1 of acme is "Globex Corp.".\n',
    });
    await run(words`set acme customer cus_2 --name Hooli`);
    const listed = await run(words`list acme customer --search globex`);
    expect(listed.stdout).toMatch(/^ID +NAME +CREATED\ncus_1 +Globex Corp\. +just now\n$/);
    const json = await server.json(words`organizations resources list acme customer`);
    expect(json.data.map(({ id }: { id: string }) => id)).toEqual(['cus_2', 'cus_1']);
    expect(await run(words`delete acme customer cus_2`)).toMatchObject({
      code: 0,
      stdout: 'Deleted the customer cus_2 of acme.\n',
    });
    const gone = await run(words`delete acme customer cus_2`);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('has no customer named under the id "cus_2"');
    const faulty = await run(words`set acme Customer cus_1 --name Globex`);
    expect(faulty.stderr).toContain('<type> must match');
  });
});
