import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTerminal, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const accept = async (link: string, name: string) => {
  const [, token] = link.trim().split('#token=');
  const response = await fetch(`${server.url}/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name, password: 'correct horse battery staple' }),
  });
  return (await response.json()) as { user: { id: string } };
};

describe('people', () => {
  test('are invited by a link, listed, given a role and removed with their keys', async () => {
    const made = await server.run(words`invitations create acme grace@example.com --role viewer`);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^http.*\/invitation#token=[\w-]{43}\n$/);
    expect(made.stderr).toMatch(/^Invited grace@example\.com to acme as viewer, until .*hand the/);
    const open = await server.run(words`invitations list acme`);
    expect(open.stdout).toMatch(/inv_\w{22} +grace@example\.com +viewer +open +in 7 days/);
    const { user } = await accept(made.stdout, 'Grace');

    const role = await server.run(words`members set-role acme ${user.id} developer`);
    expect(role.stdout).toBe('grace@example.com is developer of acme.\n');
    const listed = await server.run(words`members list acme --search GRACE`);
    expect(listed.stdout).toContain(`${user.id}  grace@example.com  Grace  developer`);
    await server.createKey({ name: 'Nightly export', ownerId: user.id });
    const removal = words`members remove acme ${user.id} --revoke-keys`;
    expect((await server.run(removal)).code).toBe(2);
    const asked = await inTerminal(removal, server.env, [[/\[y\/N\]/, 'n\n']]);
    expect(asked.screen).toContain('1 key belongs to them in acme: revoked with this');
    expect(asked.code).not.toBe(0);
    const removed = await server.run([...removal, '--yes']);
    expect(removed.stdout).toBe(`Removed ${user.id} from acme. Keys revoked: 1.\n`);
  });

  test('somebody who lost their password and second factor is let in again by a link', async () => {
    const made = await server.run(words`invitations create acme ada@example.com --role viewer`);
    await accept(made.stdout, 'Ada');
    const recovered = await server.run(words`members recover Ada@example.com`);
    expect(recovered.code, recovered.stderr).toBe(0);
    expect(recovered.stdout).toMatch(/^http.*\/recover#token=[\w-]{43}\n$/);
    expect(recovered.stderr).toMatch(/^Lets ada@example\.com choose a new password, once, until 2/);
    const both = words`members recover ada@example.com --remove-second-factor`;
    expect((await server.run(both)).stderr).toContain('password and ends their second factor');
    expect((await server.json(both)).recovery.removesSecondFactor).toBe(true);
    const none = await server.run(words`members recover nobody@example.com`);
    expect(none.code).not.toBe(0);
    expect(none.stderr).toContain('Nobody signs in with nobody@example.com');
  });

  test('an invitation is renewed and revoked', async () => {
    const made = await server.json(words`invitations create acme alan@example.com --role admin`);
    const { id } = made.invitation;
    const renewed = await server.run(words`invitations renew acme ${id}`);
    expect(renewed.stdout).not.toContain(made.link);
    const revoked = await server.run(words`invitations revoke acme ${id}`);
    expect(revoked.stdout).toBe(`Revoked ${id}.\n`);
    const none = await server.run(words`invitations revoke acme ${id}`);
    expect(none.code).not.toBe(0);
    expect(none.stderr).toContain('has no open invitation');
  });
});
