import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

test('usage counts what was verified, as a table with bars and as JSON', async () => {
  const { key, secret } = await server.createKey({ name: 'Nightly export' });
  const verify = (permission: string) =>
    server.call('POST', '/v1/keys/verify', {
      token: secret,
      apiId: 'interact',
      permissions: [permission],
    });
  await verify('agent_jobs_read');
  await verify('agent_jobs_read');
  await verify('agent_jobs_trigger');

  const shown = await server.run(words`usage --key ${key.id} --interval day`);
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toMatch(
    /^START \(UTC\) +CODE +COUNT\n20\d\d-\d\d-\d\d +INSUFFICIENT_PERMISSIONS +1 +█{12}\n20\d\d-\d\d-\d\d +VALID +2 +█{24}\n$/,
  );
  const place = words`usage --organization acme --api interact --environment production`;
  const json = await server.json([
    ...place,
    ...words`--from 2d --interval day --group-by keyId,organizationId`,
  ]);
  expect(json.data).toEqual([
    {
      start: expect.stringMatching(/:00:00.000Z$/),
      keyId: key.id,
      organizationId: 'acme',
      count: 3,
    },
  ]);
  const total = await server.json(words`usage --key ${key.id} --interval month --group-by none`);
  expect(total.data).toEqual([{ start: expect.stringMatching(/-01T00:00/), count: 3 }]);
});

test('usage says when there is nothing, and what a wrong option is', async () => {
  const none = await server.run(words`usage --organization nobody`);
  expect(none).toMatchObject({ code: 0, stdout: '' });
  expect(none.stderr).toMatch(/^Nothing was verified from 20\S+Z to 20\S+Z\.\n$/);
  const refused = await server.run(words`usage --group-by key`);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('must be some of code, keyId, apiId');
});
