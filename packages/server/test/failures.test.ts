import { OverloadedError, StorageError } from '@claviger/core';
import { afterEach, beforeAll, afterAll, describe, expect, test, vi } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, verify } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/** What an error of a driver may look like: it quotes rows and names files. */
const CAUSE = new Error('SQLITE_IOERR: disk I/O error at /srv/data, row (int_secret, acme)');

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await defineApi(server, 'interact');
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => server.stop());

/** Reading and changing keys, and finding them, fail with this from now on. */
function failWith(error: Error): void {
  const { keys, committer } = server.claviger.storage;
  vi.spyOn(keys, 'listKeys').mockRejectedValue(error);
  vi.spyOn(keys, 'findSecret').mockRejectedValue(error);
  vi.spyOn(committer, 'commit').mockRejectedValue(error);
}

/** A list, a mutation, and a verification that has to look. */
async function calls(headers: Record<string, string>, token: string) {
  return [
    await server.call('GET', '/v1/keys', { headers }),
    await server.call('PUT', '/v1/organizations/acme', { headers, body: { name: 'Other' } }),
    await server.call('POST', '/v1/keys/verify', { headers, body: { token, apiId: 'interact' } }),
    await server.call('GET', '/v1/me', { headers, key: token }),
  ];
}

const logged = (requestId: string) =>
  server.logLines
    .filter((line) => line.includes(requestId))
    .map((line) => JSON.parse(line))
    .filter(({ level }) => level === 'error' || level === 'warn');

describe('an error that nobody expected', () => {
  test('is answered without a word about it, and is in the log under the request id', async () => {
    const { secret } = await createTestKey(server);
    failWith(new Error('no such column: keys.colour', { cause: CAUSE }));
    for (const answer of await calls({ 'x-request-id': 'unexpected-1' }, secret)) {
      expectProblem(answer, 'INTERNAL_ERROR', {
        detail: 'Try again; if it happens again, report the request id.',
      });
      expect(answer.text).not.toMatch(/colour|disk|srv/);
    }
    const lines = logged('unexpected-1');
    expect(lines.length).toBe(4);
    for (const line of lines) {
      expect(line).toMatchObject({
        level: 'error',
        err: { message: 'no such column: keys.colour' },
      });
    }
  });
});

describe.each([
  ['a database that is away', 'STORAGE_UNAVAILABLE', StorageError],
  ['too much work', 'OVERLOADED', OverloadedError],
] as const)('%s', (_, code, ErrorClass) => {
  test('is answered with when to try again', async () => {
    const { secret } = await createTestKey(server);
    failWith(new ErrorClass('The database cannot be reached.', { cause: CAUSE }));
    for (const answer of await calls({ 'x-request-id': `away-${code}` }, secret)) {
      expectProblem(answer, code, { detail: 'The database cannot be reached.' });
      expect(answer.headers.get('retry-after')).toMatch(/^[1-5]$/);
      expect(answer.text).not.toMatch(/disk|srv/);
    }
    expect(logged(`away-${code}`).map(({ level }) => level)).toEqual(Array(4).fill('warn'));
  });

  test('does not keep a key from being verified that is in memory', async () => {
    const { secret } = await createTestKey(server);
    await verify(server, secret);
    failWith(new ErrorClass('The database cannot be reached.', { cause: CAUSE }));
    expect((await verify(server, secret)).code).toBe('VALID');
  });

  test('leaves nothing behind: the next request is answered as ever', async () => {
    const { secret } = await createTestKey(server);
    failWith(new ErrorClass('The database cannot be reached.', { cause: CAUSE }));
    await calls({}, secret);
    vi.restoreAllMocks();
    const statuses = (await calls({}, secret)).map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200]);
  });
});
