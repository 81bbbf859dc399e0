import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('keys replace makes a key like the old one and names the step that is left', async () => {
  const old = await server.json(words`
    keys create --api interact --organization acme --name ${'Warehouse staging'} --permission
    agent_jobs_read --owner user_42
  `);
  const id = old.key.id;
  const { code, stdout, stderr } = await server.run(
    words`keys replace ${id} --name ${'Warehouse production'}`,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^int_[0-9A-Za-z]{48}\n$/);
  expect(stderr).toContain('"Warehouse production" for acme, interact, production.');
  expect(stderr).toContain(
    `It replaces ${id} (never used), which works until: claviger keys revoke ${id}`,
  );

  const { body } = await server.call('GET', `/v1/keys?replacesKeyId=${id}`);
  expect(body.data).toEqual([
    expect.objectContaining({ name: 'Warehouse production', ownerId: 'user_42', status: 'active' }),
  ]);
  const answer = await server.json(words`keys replace ${id}`);
  expect(answer).toMatchObject({
    key: { replacesKeyId: id, name: 'Warehouse staging' },
    replaces: { id },
  });
});
