import { openPostgresStorage } from '@claviger/core/postgres';
import { EVERYWHERE } from '@claviger/core';
import { expect, inject, test } from 'vitest';
import { storedEntries } from '../../core/test/harness/log-entries.ts';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import { createTestKey, defineApi, verify } from './harness/fixtures.ts';
import { startTcpProxy, type TcpProxy } from './harness/tcp-proxy.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

interface Setup extends AsyncDisposable {
  readonly server: TestServer;
  readonly line: TcpProxy;
  /** Around the proxy. */
  readonly directUrl: string;
  readonly secret: string;
}

async function serverBehindProxy(): Promise<Setup> {
  const directUrl = await createDatabase(inject('postgresUrl'));
  const line = await startTcpProxy(Number(new URL(directUrl).port));
  const url = new URL(directUrl);
  url.port = String(line.port);
  const server = await startTestServer({
    database: 'postgres',
    env: { CLAVIGER_DATABASE_URL: url.href },
  });
  await defineApi(server, 'interact');
  const { secret } = await createTestKey(server);
  return {
    server,
    line,
    directUrl,
    secret,
    async [Symbol.asyncDispose]() {
      line.restore();
      await server.stop();
      await line[Symbol.asyncDispose]();
    },
  };
}

const askedFor = (token: string) => ({ body: { token, apiId: 'interact' } });

/** Longer than the lease, which is five seconds. */
const PAST_THE_LEASE_MS = 6_000;

test('while the database is away, keys in memory are decided for one lease and then nothing is', async () => {
  await using setup = await serverBehindProxy();
  const { server, line, secret } = setup;
  expect((await verify(server, secret)).code).toBe('VALID');
  line.cut();
  expect((await verify(server, secret)).code).toBe('VALID');
  server.clock.advance(PAST_THE_LEASE_MS);

  for (const [method, path, call] of [
    ['POST', '/v1/keys/verify', askedFor(secret)],
    ['POST', '/v1/keys/verify-batch', { body: { verifications: [askedFor(secret).body] } }],
    ['GET', '/v1/keys', {}],
    ['PUT', '/v1/organizations/other', { body: { name: 'Other' } }],
  ] as const) {
    const { status, headers, body } = await server.call(method, path, call);
    expect(body).toMatchObject({ status: 503, code: 'STORAGE_UNAVAILABLE' });
    expect(status).toBe(503);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.detail).not.toMatch(/ECONN|connect|postgres:/);
  }
  const ready = await server.call('GET', '/health/ready');
  expect(ready).toMatchObject({
    status: 503,
    body: { status: 'unready', database: 'unreachable' },
  });
  expect((await server.call('GET', '/health/live')).status).toBe(200);
});

test('when the database is back, everything works again by itself, and no count is missing', async () => {
  await using setup = await serverBehindProxy();
  const { server, line, secret } = setup;
  await verify(server, secret);
  line.cut();
  for (let n = 0; n < 20; n++) await verify(server, secret);
  await expect(server.claviger.recorder.flush()).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  });
  await verify(server, secret);
  server.clock.advance(PAST_THE_LEASE_MS);
  line.restore();

  await expect.poll(async () => (await server.call('GET', '/health/ready')).status).toBe(200);
  expect((await verify(server, secret)).code).toBe('VALID');
  await createTestKey(server);
  await server.claviger.recorder.flush();
  const counts = await server.claviger.storage.usage.countsSince(0);
  const own = counts.filter(({ apiId, code }) => apiId === 'interact' && code === 'VALID');
  expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(1 + 20 + 1 + 1);
});

/** More than the log keeps while it cannot be written. */
const OVERFLOWING = 110_000;

test('an outage under load costs no count, and of the log what the metric says and no more', async () => {
  await using setup = await serverBehindProxy();
  const { server, line, secret } = setup;
  const { claviger } = server;
  await verify(server, secret);
  line.cut();
  const ask = { token: secret, apiId: 'interact', cost: 1 };
  const ids: string[] = [];
  for (let n = 0; n < OVERFLOWING; n++) {
    const decision = await claviger.verifier.verify(ask, EVERYWHERE);
    expect(decision.code).toBe('VALID');
    if (decision.logId !== undefined) ids.push(decision.logId);
  }
  const dropped = OVERFLOWING - ids.length;
  expect(dropped).toBeGreaterThan(0);
  await expect(claviger.logs.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  server.clock.advance(30_000);
  line.restore();

  await expect.poll(async () => (await server.call('GET', '/health/ready')).status).toBe(200);
  await claviger.recorder.flush();
  await claviger.logs.flush();
  const { text } = await server.call('GET', '/metrics', { key: null });
  expect(text).toContain(`claviger_log_entries_dropped_total ${dropped}\n`);
  expect(text).toContain('claviger_log_entries_pending 0\n');
  const stored = new Set((await storedEntries(claviger.storage.logs)).map(({ id }) => id));
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  const counts = await claviger.storage.usage.countsSince(0);
  const own = counts.filter(({ apiId, code }) => apiId === 'interact' && code === 'VALID');
  expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(1 + OVERFLOWING);
  expect(await verify(server, secret)).toHaveProperty('logId');
});

test('a server that lost the database to another changes nothing and answers nothing from memory', async () => {
  await using setup = await serverBehindProxy();
  const { server, line, directUrl, secret } = setup;
  await verify(server, secret);
  line.cut();
  const successor = await openPostgresStorage({ url: directUrl });
  // The lost server may answer from memory for one lease more; its successor is told to wait that long.
  await expect
    .poll(() => successor.lock.acquire().catch(() => null))
    .toEqual({ predecessorMs: 5_000 });
  line.restore();
  server.clock.advance(PAST_THE_LEASE_MS);

  const change = await server.call('PUT', '/v1/organizations/other', { body: { name: 'Other' } });
  expect(change.body).toMatchObject({ status: 503, code: 'STORAGE_UNAVAILABLE' });
  expect((await server.call('GET', '/health/ready')).status).toBe(503);
  expect(server.claviger.lease.alive(server.clock.now())).toBe(false);

  await successor.close();
  await expect.poll(async () => (await server.call('GET', '/health/ready')).status).toBe(200);
  expect((await verify(server, secret)).code).toBe('VALID');
});
