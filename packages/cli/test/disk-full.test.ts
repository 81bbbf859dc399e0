import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  call,
  CLAVIGER,
  define,
  metric,
  newKey,
  serveProcess,
  temporaryFolder,
} from './harness/server-process.ts';

/** KiB that any one file may grow to: the write-ahead log reaches it after some hundred keys. */
const FILE_LIMIT = 2_048;

test('a database that cannot grow refuses changes with 503, tears nothing and goes on verifying', async () => {
  using folder = temporaryFolder();
  // The system refuses to let a file grow beyond the limit, as a full disk would.
  const limited = `ulimit -f ${FILE_LIMIT}; exec "$0" "$1" serve`;
  const command = ['bash', '-c', limited, process.execPath, CLAVIGER];
  const server = await serveProcess(folder.sqlite, command);
  const rootKey = server.rootKey ?? '';
  await define(server, rootKey);
  const metadata = { note: 'x'.repeat(3_000) };
  const created = [];
  let refusal;
  while (created.length < 3_000 && refusal === undefined) {
    const answer = await call(server, rootKey, 'POST', '/v1/keys', {
      ...newKey('Nightly export'),
      metadata,
    });
    if (answer.status === 201) created.push(answer.body);
    else refusal = answer;
  }
  expect(refusal).toMatchObject({
    status: 503,
    body: { code: 'STORAGE_UNAVAILABLE', requestId: expect.any(String) },
  });
  expect(refusal?.body.detail).toContain('cannot be reached or written');
  const token = created.at(-1)?.secret;
  const verified = await call(server, rootKey, 'POST', '/v1/keys/verify', {
    token,
    apiId: 'interact',
  });
  expect(verified.body).toMatchObject({ code: 'VALID' });
  await expectLogToOverflow(server, rootKey, token);
  server.signal('SIGKILL');
  await server.ended;

  const again = await serveProcess(folder.sqlite);
  const total = await countKeys(again, rootKey);
  expect(total).toBe(created.length);
  expect((await call(again, rootKey, 'POST', '/v1/keys', newKey('Nightly export'))).status).toBe(
    201,
  );
  again.signal('SIGTERM');
  expect((await again.ended).code).toBe(0);
});

/** What cannot be written waits as long as there is room; what finds none is counted, and never waited for. */
async function expectLogToOverflow(
  server: { url: string },
  rootKey: string,
  token: string,
): Promise<void> {
  // Entries that are all alike would be compressed to so little that there is room for them.
  const ask = () => ({ token, apiId: 'interact', request: { id: randomUUID() } });
  let unlogged = 0;
  for (let batch = 0; batch < 150 && unlogged === 0; batch++) {
    const body = { verifications: Array.from({ length: 1_000 }, ask) };
    const answer = await call(server, rootKey, 'POST', '/v1/keys/verify-batch', body);
    for (const { code, logId } of answer.body.data) {
      expect(code).toBe('VALID');
      if (logId === undefined) unlogged++;
    }
  }
  expect(unlogged).toBeGreaterThan(0);
  expect(await metric(server, 'claviger_log_entries_dropped_total')).toBe(unlogged);
  expect(await metric(server, 'claviger_log_entries_pending')).toBeGreaterThanOrEqual(80_000);
}

async function countKeys(server: { url: string }, rootKey: string): Promise<number> {
  let total = 0;
  let cursor = '';
  for (;;) {
    const path = `/v1/keys?apiId=interact&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body } = await call(server, rootKey, 'GET', path);
    total += body.data.length;
    if (body.nextCursor === null) return total;
    cursor = body.nextCursor;
  }
}
