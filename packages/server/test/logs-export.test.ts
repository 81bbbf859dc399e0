import { expect, test } from 'vitest';
import { storedChunk, type PlainEntry } from '../../core/test/harness/log-chunks.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const CHUNKS = 60;
const ENTRIES = 2_000;

/** So much that no buffer on the way holds it. */
async function fill(server: TestServer): Promise<void> {
  const nobody = { keyId: null, secretId: null, organizationId: null, environment: null };
  const entry: Omit<PlainEntry, 'at'> = {
    subject: { ...nobody, apiId: 'shop', hint: null },
    code: 'NOT_FOUND',
    permissions: [],
    origin: null,
    ip: null,
    userAgent: 'x'.repeat(1_000),
    method: null,
    path: null,
    requestId: null,
  };
  for (let number = 0; number < CHUNKS; number++) {
    const begin = server.clock.now() - (CHUNKS - number) * ENTRIES;
    const entries = Array.from({ length: ENTRIES }, (_, ms) => ({ ...entry, at: begin + ms }));
    await server.claviger.storage.logs.put([await storedChunk(entries)]);
  }
}

test('an export reads no faster than it is taken, and no more once nobody takes it', async () => {
  await using server = await startTestServer();
  await fill(server);
  const { logs } = server.claviger.storage;
  const readChunks = logs.readChunks.bind(logs);
  let read = 0;
  logs.readChunks = (ids) => {
    read += ids.length;
    return readChunks(ids);
  };

  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${server.rootKey}` };
  const { signal } = leaving;
  const path = '/v1/logs/export?apiId=shop';
  const response = await fetch(server.url + path, { headers, signal });
  const reader = response.body!.getReader();
  expect((await reader.read()).done).toBe(false);
  // Whatever was under way is done when so many others were answered.
  const others = async () => {
    for (let n = 0; n < 50; n++) await server.call('GET', '/health/ready', { key: null });
  };
  await others();
  const taken = read;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(CHUNKS / 2);

  leaving.abort();
  await others();
  expect(read - taken).toBeLessThan(10);
});

test('an export is all there is, when it is taken', async () => {
  await using server = await startTestServer();
  await fill(server);
  const { text } = await server.call('GET', '/v1/logs/export?apiId=shop&format=csv');
  const lines = text.split('\r\n');
  expect(lines).toHaveLength(CHUNKS * ENTRIES + 2);
  expect(new Set(lines).size).toBe(lines.length);
});
