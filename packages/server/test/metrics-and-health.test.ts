import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const TOKEN = 'prometheus-0123456789';
const CHALLENGE = 'Bearer realm="metrics"';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ env: { CLAVIGER_LOG_LEVEL: 'debug' } });
  await defineApi(server, 'interact');
});
afterAll(() => server.stop());

const anonymous = (path: string, headers: Record<string, string> = {}) =>
  server.call('GET', path, { key: null, headers });

describe('health', () => {
  test('is told to anyone', async () => {
    const live = await expectStatus(200, anonymous('/health/live'));
    expect(live.headers.get('content-type')).toBe('application/json');
    expect(live.body).toEqual({ status: 'alive' });
    const ready = await expectStatus(200, anonymous('/health/ready'));
    expect(ready.headers.get('content-type')).toBe('application/json');
    expect(ready.body).toEqual({ status: 'ready', database: 'ok', draining: false });
  });

  test('does not look at a credential, good or bad', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      await expectStatus(200, server.call('GET', path));
      const headers = { authorization: 'Bearer nonsense', 'x-api-key': 'other nonsense' };
      await expectStatus(200, anonymous(path, headers));
    }
  });
});

describe('the reference', () => {
  test('and its document are open to anyone', async () => {
    const document = await expectStatus(200, anonymous('/openapi.json'));
    expect(document.headers.get('content-type')).toBe('application/json');
    expect(document.body.openapi).toMatch(/^3\.1\./);
    const page = await expectStatus(200, anonymous('/docs'));
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  });
});

describe('metrics', () => {
  /** The value of each series, by its name with its labels. */
  async function scrape(): Promise<Record<string, number>> {
    const { text } = await expectStatus(200, anonymous('/metrics'));
    return Object.fromEntries(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
    );
  }

  /** By how much the series grow while something happens. */
  async function growth(act: () => Promise<unknown>, ...series: string[]): Promise<number[]> {
    const before = await scrape();
    await act();
    const after = await scrape();
    return series.map((name) => (after[name] ?? 0) - (before[name] ?? 0));
  }

  const decisions = (code: string) => `claviger_verifications_total{code="${code}"}`;
  const requests = (operation: string, status: number) =>
    `claviger_http_request_duration_seconds_count{operation="${operation}",status="${status}"}`;

  test('are text in the format of Prometheus, each with help and type', async () => {
    const { headers, text } = await anonymous('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const name of [
      'claviger_verifications_total',
      'claviger_cached_secrets',
      'claviger_cache_hits_total',
      'claviger_cache_misses_total',
      'claviger_feed_position',
      'claviger_lease_alive',
      'claviger_usage_pending',
      'claviger_http_request_duration_seconds',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toContain(`# HELP ${name} `);
      expect(text).toContain(`# TYPE ${name} `);
    }
  });

  test('count every decision by its code', async () => {
    const { key, secret } = await createTestKey(server);
    const ask = async () => {
      await verify(server, secret);
      await verify(server, secret, { permissions: ['agent_jobs_trigger'] });
      await verify(server, 'int_invented');
      await verify(server, 'int_invented');
    };
    const codes = ['INSUFFICIENT_PERMISSIONS', 'NOT_FOUND', 'REVOKED'].map(decisions);
    expect(await growth(ask, ...codes)).toEqual([1, 2, 0]);
    // Each call with the root key is a decision about that one.
    expect(await growth(ask, decisions('VALID'))).toEqual([5]);
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`));
    expect(await growth(ask, ...codes)).toEqual([0, 2, 2]);
  });

  test('count attempts to get in as well', async () => {
    const attempts = async () => {
      await server.call('GET', '/v1/keys', { key: 'clv_invented' });
      await server.call('GET', '/v1/me', { key: 'int_invented' });
      await server.call('GET', '/v1/me', { key: 'x'.repeat(1_000) });
    };
    expect(await growth(attempts, decisions('NOT_FOUND'))).toEqual([3]);
  });

  test('count every request by its operation and status', async () => {
    const calls = async () => {
      await server.call('GET', '/v1/keys');
      await server.call('GET', '/v1/keys?limit=0');
      await server.call('GET', '/v1/keys', { key: null });
      await verify(server, 'x');
      await server.call('POST', '/v1/keys/verify', { body: {} });
      await server.call('POST', '/v1/keys/verify', { rawBody: 'x'.repeat(70_000) });
      await server.call('GET', '/nowhere');
      await server.call('PATCH', '/v1/keys');
    };
    const series = [
      requests('listKeys', 200),
      requests('listKeys', 400),
      requests('listKeys', 401),
      requests('verifyKey', 200),
      requests('verifyKey', 400),
      requests('verifyKey', 413),
      requests('none', 404),
      requests('none', 405),
    ];
    expect(await growth(calls, ...series)).toEqual(series.map(() => 1));
  });

  test('tell hits from misses, and what is held', async () => {
    const { secret } = await createTestKey(server);
    const ask = () => verify(server, secret);
    const series = ['claviger_cache_misses_total', 'claviger_cached_secrets'];
    expect(await growth(ask, ...series)).toEqual([1, 1]);
    expect(await growth(ask, 'claviger_cache_hits_total', ...series)).toEqual([2, 0, 0]);
  });

  test('name no key, organization or person', async () => {
    const fields = { name: 'Very particular name', ownerId: 'user_zulu' };
    const { key, secret } = await createTestKey(server, fields);
    await verify(server, secret);
    const { text } = await anonymous('/metrics');
    for (const word of [key.id, 'acme', 'interact', fields.name, fields.ownerId]) {
      expect(text).not.toContain(word);
    }
  });

  test.each([
    ['forwarded', 'for=203.0.113.7'],
    ['x-forwarded-for', '203.0.113.7'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'keys.example.com'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-port', '443'],
    ['x-real-ip', '127.0.0.1'],
    ['via', '1.1 proxy'],
  ])('are refused through a proxy, which says %s: %s', async (name, value) => {
    for (const key of [null, server.rootKey]) {
      const answer = await server.call('GET', '/metrics', { key, headers: { [name]: value } });
      expectProblem(answer, 'CREDENTIAL_MISSING', {
        detail:
          'Metrics are open to this machine only. Set CLAVIGER_METRICS_TOKEN and send it as Authorization: Bearer <token> to scrape from elsewhere.',
      });
      expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE);
    }
  });

  test('are refused from every other address than this machine’s own', async () => {
    await using open = await startTestServer({ env: { CLAVIGER_HOST: '0.0.0.0' } });
    const { port } = new URL(open.url);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      expect((await fetch(`http://${address}:${port}/metrics`)).status).toBe(401);
      expect((await fetch(`http://${address}:${port}/health/live`)).status).toBe(200);
    }
  });

  test('with a token are open to who has it, from wherever', async () => {
    await using closed = await startTestServer({ env: { CLAVIGER_METRICS_TOKEN: TOKEN } });
    const get = (headers: Record<string, string>) =>
      closed.call('GET', '/metrics', { key: null, headers });
    await expectStatus(200, get({ authorization: `Bearer ${TOKEN}` }));
    await expectStatus(200, get({ 'x-api-key': TOKEN, 'x-forwarded-for': '203.0.113.7' }));
    expectProblem(await get({}), 'CREDENTIAL_MISSING', {
      detail: 'Send CLAVIGER_METRICS_TOKEN as Authorization: Bearer <token>.',
    });
    for (const wrong of [closed.rootKey, `${TOKEN}0`, TOKEN.slice(1), TOKEN.toUpperCase()]) {
      const answer = await get({ authorization: `Bearer ${wrong}` });
      expectProblem(answer, 'NOT_FOUND');
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="metrics", error="invalid_token"/,
      );
    }
    const query = await closed.call('GET', `/metrics?token=${TOKEN}`, { key: null });
    expectProblem(query, 'CREDENTIAL_MISSING');
  });
});

describe('the log', () => {
  const FIELDS = ['level', 'time', 'requestId', 'operation', 'status', 'durationMs', 'msg'];

  test('says of each request which operation it was, and no more', async () => {
    const before = server.logLines.length;
    const headers = { 'x-request-id': 'logged-1' };
    await server.call('GET', '/v1/keys?q=desk', { headers });
    await server.call('PUT', '/v1/organizations/acme', { headers, body: { name: 'Acme' } });
    await server.call('GET', '/nowhere', { headers });
    const lines = server.logLines.slice(before).map((line) => JSON.parse(line));
    expect(lines.map((line) => Object.keys(line))).toEqual([FIELDS, FIELDS, FIELDS]);
    expect(lines.map(({ level, operation, status }) => [level, operation, status])).toEqual([
      ['debug', 'listKeys', 200],
      ['info', 'putOrganization', 200],
      ['debug', 'none', 404],
    ]);
    for (const line of lines) expect(line.requestId).toBe('logged-1');
  });

  test('holds no key, header, query, path or body, wherever a key was put', async () => {
    const { key, secret } = await createTestKey(server);
    const before = server.logLines.length;
    const marks = { 'user-agent': 'agent-zulu', cookie: 'session=zulu', 'x-mark': 'mark-zulu' };
    const headers = { ...marks, origin: 'https://zulu.example' };
    for (const [method, path] of [
      ['GET', `/v1/keys/${secret}`],
      ['GET', `/v1/organizations/${secret}`],
      ['GET', `/v1/keys?q=${secret}&metadata.mark=zulu`],
      ['GET', `/${secret}?key=${secret}`],
      ['GET', `/problems/${secret}`],
      ['PUT', `/v1/apis/${secret}`],
    ] as const) {
      await server.call(method, path, { headers });
      await server.call(method, path, { headers, key: secret });
    }
    const body = { token: secret, apiId: 'interact', request: { path: '/zulu' }, [secret]: secret };
    await server.call('POST', '/v1/keys/verify', { headers, body });
    await server.call('POST', '/v1/keys', { headers, body });
    await server.call('PATCH', `/v1/keys/${key.id}`, { headers, body: { name: 'Name zulu' } });
    await server.call('GET', '/v1/me', { headers: { ...headers, 'x-api-key': secret } });
    const lines = server.logLines.slice(before).join('\n');
    expect(lines).not.toMatch(/zulu|authorization|user-agent|cookie/i);
    expect(lines).not.toContain(secret);
    expect(lines).not.toContain(server.rootKey);
  });
});
