import { readConfig } from '@claviger/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  storedEntries,
  storedHeads,
  type SpelledEntry,
} from '../../core/test/harness/log-entries.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { leakedTokens, startTestServer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

/** All that is on record by now. */
async function logOf({ claviger }: TestServer): Promise<SpelledEntry[]> {
  await claviger.logs.flush();
  return storedEntries(claviger.storage.logs);
}

describe.each(['sqlite', 'postgres'] as const)('what is on record on %s', (database) => {
  let server: TestServer;
  let key: { id: string; secrets: { id: string }[] };
  let secret: string;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    ({ key, secret } = await createTestKey(server));
    // From here on its answers come from memory.
    await verify(server, secret);
  });
  afterAll(async () => {
    // What is compressed in the database, no search for tokens in its files would find.
    expect(leakedTokens([JSON.stringify(await logOf(server))])).toEqual([]);
    await server.stop();
  });

  /** What came on record while this ran. */
  async function recorded(act: () => Promise<unknown>): Promise<SpelledEntry[]> {
    const before = (await logOf(server)).length;
    await act();
    return (await logOf(server)).slice(before);
  }

  test('a verification, with what it was asked, and under the id that its answer carries', async () => {
    let logId = '';
    const body = {
      token: secret,
      apiId: 'interact',
      permissions: ['agent_jobs_read'],
      origin: 'https://app.example.com',
      ip: '203.0.113.7',
      request: { method: 'POST', path: `/v1/jobs?key=${secret}`, userAgent: `curl ${secret}` },
    };
    const headers = { 'x-request-id': 'req-of-the-caller' };
    const entries = await recorded(async () => {
      const { body: decision } = await expectStatus(
        200,
        server.call('POST', '/v1/keys/verify', { body, headers }),
      );
      ({ logId } = decision);
      expect(decision.valid).toBe(true);
    });
    expect(entries).toEqual([
      {
        id: logId,
        at: server.clock.now(),
        keyId: key.id,
        secretId: key.secrets[0]!.id,
        organizationId: 'acme',
        apiId: 'interact',
        environment: 'production',
        hint: null,
        code: 'VALID',
        permissions: ['agent_jobs_read'],
        origin: 'https://app.example.com',
        ip: '203.0.113.7',
        userAgent: 'curl <secret>',
        method: 'POST',
        path: '/v1/jobs',
        requestId: 'req-of-the-caller',
        durationUs: expect.any(Number),
        responseStatus: null,
        responseDurationMs: null,
      },
    ]);
    expect(entries[0]!.durationUs).toBeGreaterThan(0);
  });

  test('refusals and unknown tokens, whatever lane they came on', async () => {
    const unknown = `int_${'0'.repeat(48)}`;
    const ids: string[] = [];
    const entries = await recorded(async () => {
      for (const [token, permissions] of [
        [secret, ['agent_jobs_trigger']],
        [unknown, []],
      ] as const) {
        ids.push((await verify(server, token, { permissions })).logId);
        // The query keeps it off the fast lane.
        const body = { token, apiId: 'interact', permissions };
        const { body: decision } = await server.call('POST', '/v1/keys/verify?x', { body });
        ids.push(decision.logId);
      }
    });
    expect(entries.map(({ id, code, keyId, hint }) => [id, code, keyId, hint])).toEqual([
      [ids[0], 'INSUFFICIENT_PERMISSIONS', key.id, null],
      [ids[1], 'INSUFFICIENT_PERMISSIONS', key.id, null],
      [ids[2], 'NOT_FOUND', null, 'int_0000…0000'],
      [ids[3], 'NOT_FOUND', null, 'int_0000…0000'],
    ]);
    // An id that is made here for the answer tells no more than that of the entry.
    for (const { requestId } of entries) expect(requestId).toBeNull();
  });

  test('a batch one by one, and not the root key that may ask', async () => {
    const verifications = [secret, 'hello', secret].map((token) => ({ token, apiId: 'interact' }));
    let ids: string[] = [];
    const entries = await recorded(async () => {
      const { body } = await expectStatus(
        200,
        server.call('POST', '/v1/keys/verify-batch', {
          body: { verifications },
          headers: { 'x-request-id': 'one-batch' },
        }),
      );
      ids = body.data.map((decision: { logId: string }) => decision.logId);
    });
    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(new Set(entries.map(({ requestId }) => requestId))).toEqual(new Set(['one-batch']));
  });

  test('a root key with its request', async () => {
    const headers = {
      'x-request-id': 'listing',
      'user-agent': 'Mozilla/5.0',
      origin: 'https://a.b',
    };
    const entries = await recorded(() =>
      expectStatus(200, server.call('GET', `/v1/keys?q=${secret}`, { headers })),
    );
    expect(entries).toMatchObject([
      {
        apiId: 'claviger',
        code: 'VALID',
        permissions: ['keys:read'],
        origin: 'https://a.b',
        ip: '127.0.0.1',
        userAgent: 'Mozilla/5.0',
        method: 'GET',
        path: '/v1/keys',
        requestId: 'listing',
      },
    ]);
    expect(entries[0]!.keyId).toMatch(/^key_/);
  });

  test('a key that asks about itself, and whoever only tries', async () => {
    const entries = await recorded(async () => {
      await expectStatus(200, server.call('GET', '/v1/me', { key: secret }));
      await expectStatus(401, server.call('GET', '/v1/me', { key: `int_${'1'.repeat(48)}` }));
      await expectStatus(401, server.call('GET', `/v1/keys/${secret}`, { key: 'hello' }));
      await expectStatus(401, server.call('GET', '/v1/keys', { key: null }));
    });
    expect(entries).toMatchObject([
      { keyId: key.id, apiId: 'interact', code: 'VALID', method: 'GET', path: '/v1/me' },
      { keyId: null, apiId: 'claviger', code: 'NOT_FOUND', hint: 'int_1111…1111' },
      { keyId: null, code: 'NOT_FOUND', hint: null, path: '/v1/keys/<secret>' },
    ]);
  });

  test('a root key that may not ask, on either lane, and nothing of what it asked', async () => {
    const reader = await createRootKey(server, { permissions: ['keys:read'] });
    const call = {
      key: reader.secret,
      body: { token: secret, apiId: 'interact' },
      headers: { 'user-agent': 'curl/8' },
    };
    const entries = await recorded(async () => {
      for (const path of ['/v1/keys/verify', '/v1/keys/verify', '/v1/keys/verify?x']) {
        await expectStatus(403, server.call('POST', path, call));
      }
    });
    const refused = {
      keyId: reader.key.id,
      code: 'INSUFFICIENT_PERMISSIONS',
      permissions: ['keys:verify'],
      method: 'POST',
      path: '/v1/keys/verify',
      userAgent: 'curl/8',
    };
    expect(entries).toMatchObject([refused, refused, refused]);
    expect(new Set(entries.map(({ requestId }) => requestId)).size).toBe(3);
  });

  test('a key that is deleted since', async () => {
    const gone = await createTestKey(server);
    const { logId } = await verify(server, gone.secret);
    await expectStatus(200, server.call('DELETE', `/v1/keys/${gone.key.id}`));
    const entry = (await logOf(server)).find(({ id }) => id === logId);
    expect(entry).toMatchObject({ keyId: gone.key.id, code: 'VALID' });
  });

  test('is counted in the metrics', async () => {
    await verify(server, secret);
    await logOf(server);
    const { text } = await expectStatus(200, server.call('GET', '/metrics', { key: null }));
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    expect(value('claviger_log_entries_pending')).toBe(0);
    expect(value('claviger_log_entries_dropped_total')).toBe(0);
    expect(value('claviger_log_entries_written_total')).toBe((await logOf(server)).length);
  });

  test('until its day is over for so many days', async () => {
    await using server = await startTestServer({
      database,
      env: { CLAVIGER_REQUEST_LOG_DAYS: '1' },
    });
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server);
    const { logId } = await verify(server, secret);
    await logOf(server);
    await server.advance(DAY_MS);
    await server.claviger.logs.keepUp();
    const { logId: nextDay } = await verify(server, secret);
    const ids = async () => (await logOf(server)).map(({ id }) => id);
    expect(await ids()).toEqual(expect.arrayContaining([logId, nextDay]));
    await server.advance(DAY_MS);
    await server.claviger.logs.keepUp();
    expect(await ids()).toContain(nextDay);
    expect(await ids()).not.toContain(logId);
  });

  test('stays in order, and there, when the clock is set back by days', async () => {
    await using server = await startTestServer({ database });
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server);
    const ids: string[] = [];
    for (const days of [0, 40, -20, -30]) {
      server.clock.advance(days * DAY_MS);
      await server.claviger.follower.renew();
      ids.push((await verify(server, secret)).logId);
      await logOf(server);
    }
    const entries = await logOf(server);
    expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    for (const { from, to } of await storedHeads(server.claviger.storage.logs)) {
      expect(to).toBeGreaterThanOrEqual(from);
      expect(Math.floor(to / DAY_MS)).toBe(Math.floor(from / DAY_MS));
    }
  });
});

describe('the settings of the log', () => {
  test('off: nothing is recorded, and no answer names an entry', async () => {
    await using server = await startTestServer({ env: { CLAVIGER_REQUEST_LOGS: 'off' } });
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server);
    const decision = await verify(server, secret);
    expect(decision.valid).toBe(true);
    expect(decision).not.toHaveProperty('logId');
    expect(await logOf(server)).toEqual([]);
  });

  test.each([
    ['truncated', '203.0.113.0', 'Mozilla'],
    ['off', null, null],
  ])('addresses and user agents %s', async (detail, ip, userAgent) => {
    await using server = await startTestServer({
      env: {
        CLAVIGER_REQUEST_LOG_IPS: detail,
        CLAVIGER_REQUEST_LOG_USER_AGENTS: detail,
        CLAVIGER_TRUSTED_PROXIES: '127.0.0.1',
      },
    });
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server);
    const agent = 'Mozilla/5.0 (X11; Linux x86_64)';
    const headers = { 'user-agent': agent, 'x-forwarded-for': '203.0.113.77' };
    const request = { userAgent: agent };
    await verify(server, secret, { ip: '203.0.113.77', request });
    await expectStatus(200, server.call('GET', '/v1/keys', { headers }));
    expect((await logOf(server)).slice(-2)).toMatchObject([
      { ip, userAgent },
      { ip, userAgent },
    ]);
  });

  test.each([
    ['CLAVIGER_REQUEST_LOGS', 'yes', 'must be on or off'],
    ['CLAVIGER_REQUEST_LOG_DAYS', '0', 'set CLAVIGER_REQUEST_LOGS=off'],
    ['CLAVIGER_REQUEST_LOG_DAYS', '1.5', 'must be a whole number of days'],
    [
      'CLAVIGER_REQUEST_LOG_DAYS',
      'all',
      'must be a whole number of days, 1 to 3650; to keep none,',
    ],
    ['CLAVIGER_REQUEST_LOG_IPS', 'none', 'must be full, truncated or off'],
    ['CLAVIGER_REQUEST_LOG_USER_AGENTS', 'on', 'must be full, truncated or off'],
  ])('%s=%s is refused', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });
});
