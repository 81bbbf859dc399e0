import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, definePlatform, type Platform } from './harness/platform.ts';
import { startService } from './harness/protected-service.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/** The protected APIs of the five documents, each a small service that asks Claviger about its requests. */
describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
  });
  afterAll(() => server.stop());

  const bearer = (token: string, headers: Record<string, string> = {}) => ({
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

  /** What the backend of a settings page may do for one organization, and no more. */
  const pageOf = async ({ client }: Platform, apiId: string) => {
    const { secret } = await client.keys.create({
      apiId: 'claviger',
      organizationId: 'claviger',
      name: `Settings page of acme at ${apiId}`,
      permissions: ['keys:read', 'keys:write'],
      resources: { api: [apiId], organization: ['acme'] },
    });
    return clientOf(server, secret).keys;
  };

  test('000: a scheduler triggers a job and reads its result, with X-API-Key and X-Organization-Id', async () => {
    const interact = await definePlatform(server, 'interact');
    await using service = await startService(interact, 'interact', {
      endpoints: {
        'POST /jobs': () => ({ permissions: ['agent_jobs_trigger'] }),
        'GET /jobs': () => ({ permissions: ['agent_jobs_read'] }),
      },
    });
    const { secret } = await interact.create({
      name: 'Production scheduler',
      permissions: ['agent_jobs_trigger'],
    });
    const call = async (method: string, organization: string) => {
      const headers = { 'x-api-key': secret, 'x-organization-id': organization };
      const answer = await service.fetch('/jobs', { method, headers });
      return [answer.status, await answer.json()];
    };
    expect(await call('POST', 'acme')).toEqual([200, { for: 'acme' }]);
    expect(await call('POST', 'globex')).toEqual([403, { code: 'ORGANIZATION_MISMATCH' }]);
    expect(await call('GET', 'acme')).toEqual([403, { code: 'INSUFFICIENT_PERMISSIONS' }]);
    expect((await service.fetch('/jobs')).status).toBe(401);
  });

  test('000: a page with the rights of one organization creates, lists and deletes its keys', async () => {
    const interact = await definePlatform(server, 'interact');
    const page = await pageOf(interact, 'interact');
    const theirs = await interact.create({
      name: 'Somebody else’s',
      organizationId: 'globex',
      permissions: ['agent_jobs_read'],
    });
    const fields = { name: 'Data pipeline integration', permissions: ['agent_jobs_read'] };
    const { key } = await page.create({ apiId: 'interact', organizationId: 'acme', ...fields });
    const shown = (await page.list()).data.map(({ id }) => id);
    expect(shown).toContain(key.id);
    expect(shown).not.toContain(theirs.key.id);
    await page.delete(key.id);
    expect((await page.list({ q: key.id })).data).toEqual([]);
    await expect(page.delete(theirs.key.id)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  test('001: 401 without a key, 403 without the scope or on another node, 200 with both', async () => {
    const interlocute = await definePlatform(server, 'interlocute');
    await using service = await startService(interlocute, 'interlocute', {
      endpoints: {
        'POST /nodes': (path) => ({
          permissions: ['chat:send'],
          resources: { node: path.split('/')[2] ?? '' },
        }),
        'GET /logs': () => ({ permissions: ['logs:read'], resources: {} }),
      },
    });
    const { secret } = await interlocute.create({
      name: 'Support chat relay',
      permissions: ['chat:send'],
      resources: { node: ['node_1'] },
    });
    const post = (path: string, token: string) =>
      service.fetch(path, { method: 'POST', ...bearer(token) });
    expect((await post('/nodes/node_1', secret)).status).toBe(200);
    expect((await post('/nodes/node_2', secret)).status).toBe(403);
    expect((await service.fetch('/logs', bearer(secret))).status).toBe(403);
    const refused = await post('/nodes/node_1', 'il_sk_unknown');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
  });

  test('001: a preflight passes without a key, and the request after it is held to its origin', async () => {
    const interlocute = await definePlatform(server, 'interlocute');
    await using service = await startService(interlocute, 'interlocute', {
      endpoints: { 'POST /chat': () => ({ permissions: ['chat:send'] }) },
    });
    const { publicKey = '' } = await interlocute.create({
      name: 'Docs website',
      kind: 'publishable',
      preset: 'chat-only',
      allowedOrigins: ['docs.example.com'],
    });
    for (const [origin, status] of [
      ['https://docs.example.com', 200],
      ['https://evil.example', 403],
    ] as const) {
      const preflight = await service.fetch('/chat', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect([preflight.status, preflight.headers.get('vary')]).toEqual([204, 'Origin']);
      const answer = await service.fetch('/chat', {
        method: 'POST',
        ...bearer(publicKey, { origin }),
      });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        status,
        origin,
      ]);
    }
  });

  test('001: the page shows a publishable key again, and a secret key once', async () => {
    const interlocute = await definePlatform(server, 'interlocute');
    const page = await pageOf(interlocute, 'interlocute');
    const ids = { apiId: 'interlocute', organizationId: 'acme' };
    const open = await page.create({
      ...ids,
      name: 'Docs website',
      kind: 'publishable',
      preset: 'chat-only',
      allowedOrigins: ['docs.example.com'],
    });
    const closed = await page.create({ ...ids, name: 'Billing backend', preset: 'full-access' });
    const listed = JSON.stringify((await page.list()).data);
    expect(listed).toContain(open.publicKey);
    expect(listed).not.toContain(closed.secret);
  });

  test('002: the service passes limits on: 30 writes, then 429 with Retry-After', async () => {
    const agiled = await definePlatform(server, 'agiled');
    await using service = await startService(agiled, 'agiled', {
      endpoints: {
        'POST /records': () => ({ permissions: ['records:write'] }),
        'GET /public': () => ({}),
      },
    });
    const { secret } = await agiled.create({ name: 'Zapier production', preset: 'full-access' });
    const write = () => service.fetch('/records', { method: 'POST', ...bearer(secret) });
    const first = await write();
    expect(first.headers.get('ratelimit-policy')).toBe('"write";q=30;w=60');
    expect(first.headers.get('ratelimit')).toBe('"write";r=29;t=60');
    for (let at = 1; at < 30; at++) expect((await write()).status).toBe(200);
    const refused = await write();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    // The harmless test of its documentation counts as reading.
    const me = await service.fetch('/public/v1/me', bearer(secret));
    expect([me.status, await me.json()]).toEqual([200, { for: 'acme' }]);
    expect(me.headers.get('ratelimit')).toBe('"read";r=59;t=60');
  });

  test('002: a page creates with a preset, and revokes for good', async () => {
    const agiled = await definePlatform(server, 'agiled');
    const page = await pageOf(agiled, 'agiled');
    const { key, secret } = await page.create({
      apiId: 'agiled',
      organizationId: 'acme',
      name: 'Warehouse staging',
      preset: 'read-only',
    });
    const { key: revoked, effective } = await page.revoke(key.id, { reason: 'Vendor changed' });
    expect([revoked.status, effective.everywhere]).toEqual(['revoked', true]);
    expect(await agiled.outcome(secret)).toBe('401 REVOKED');
    await expect(page.enable(key.id)).rejects.toMatchObject({ code: 'KEY_REVOKED' });
  });

  test('003: the organization of the key is handed to the endpoint, whoever asks', async () => {
    const agentsgt = await definePlatform(server, 'agentsgt');
    await using service = await startService(agentsgt, 'agentsgt', {
      endpoints: { 'GET /agents': () => ({ permissions: ['agents:read'] }) },
    });
    for (const organizationId of ['acme', 'globex']) {
      const { publicKey, secret } = await agentsgt.create({
        name: 'Production Website',
        kind: 'pair',
        preset: 'full-access',
        organizationId,
      });
      const answer = await service.fetch('/agents', bearer(`${publicKey}:${secret}`));
      expect(await answer.json()).toEqual({ for: organizationId });
    }
  });

  test('003: the page of an organization lists its pairs and has the switch', async () => {
    const agentsgt = await definePlatform(server, 'agentsgt');
    const page = await pageOf(agentsgt, 'agentsgt');
    const { key, publicKey, secret } = await page.create({
      apiId: 'agentsgt',
      organizationId: 'acme',
      name: 'Mobile App',
      kind: 'pair',
      preset: 'full-access',
      allowedOrigins: ['example.com', '*.example.com'],
    });
    const listed = (await page.list({ organizationId: 'acme' })).data;
    expect(listed.find(({ id }) => id === key.id)).toMatchObject({ publicKey, status: 'active' });
    await page.disable(key.id);
    expect(await agentsgt.outcome(`${publicKey}:${secret}`)).toBe('401 DISABLED');
    await page.enable(key.id);
    expect(await agentsgt.outcome(`${publicKey}:${secret}`)).toBe('200 VALID');
  });

  test('004: the service logs each request with its key and outcome, and so knows who triggered a job', async () => {
    const licences = await definePlatform(server, 'keymanager');
    await using service = await startService(licences, 'keymanager', {
      environment: 'production',
      endpoints: {
        'POST /jobs': () => ({ permissions: ['license_management'], resources: {} }),
        'GET /customers': (path) => ({
          permissions: ['customer_read'],
          resources: { customer: path.split('/')[2] ?? '' },
        }),
      },
    });
    const production = { environment: 'production', permissions: ['license_management'] };
    const nightly = await licences.create({ name: 'Nightly renewals', ...production });
    const staging = await licences.create({
      name: 'Staging renewals',
      ...production,
      environment: 'staging',
    });
    const desk = await licences.create({
      name: 'Customer desk',
      environment: 'production',
      permissions: ['customer_read'],
      resources: { customer: ['cus_1'] },
    });
    for (const [method, path, { secret }] of [
      ['POST', '/jobs', nightly],
      ['POST', '/jobs', staging],
      ['POST', '/jobs', desk],
      ['GET', '/customers/cus_1', desk],
      ['GET', '/customers/cus_2', desk],
    ] as const) {
      await service.fetch(path, { method, ...bearer(secret) });
    }
    expect(
      service.log.map(({ path, keyName, status, code }) => [path, keyName, status, code]),
    ).toEqual([
      ['/jobs', 'Nightly renewals', 200, 'VALID'],
      ['/jobs', 'Staging renewals', 401, 'ENVIRONMENT_MISMATCH'],
      ['/jobs', 'Customer desk', 403, 'INSUFFICIENT_PERMISSIONS'],
      ['/customers/cus_1', 'Customer desk', 200, 'VALID'],
      ['/customers/cus_2', 'Customer desk', 403, 'RESOURCE_NOT_ALLOWED'],
    ]);
  });
});
