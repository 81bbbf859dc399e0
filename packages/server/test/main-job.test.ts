import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('the main job on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
  });
  afterAll(() => server.stop());

  test('Interact: a key is int_ and 48 characters, holds what was chosen and is shown once', async () => {
    const { key, secret, effective } = await createTestKey(server);
    expect(secret).toMatch(/^int_[0-9A-Za-z]{48}$/);
    expect(effective).toMatchObject({ everywhere: true, unreachable: [] });
    expect(await verify(server, secret, { permissions: ['agent_jobs_read'] })).toMatchObject({
      valid: true,
      code: 'VALID',
      status: 200,
      keyId: key.id,
      permissions: ['agent_jobs_read'],
      organizationId: 'acme',
    });
    const read = await server.call('GET', `/v1/keys/${key.id}`);
    expect(read.text).not.toContain(secret);
    expect(read.body.hint).toBe(`${secret.slice(0, 8)}…${secret.slice(-4)}`);
  });

  test('Interact: a key without any permission cannot be created', async () => {
    const body = { apiId: 'interact', organizationId: 'acme', name: 'Nothing', permissions: [] };
    const { status, body: problem } = await server.call('POST', '/v1/keys', { body });
    expect(status).toBe(400);
    expect(problem.errors).toEqual([
      {
        pointer: '/permissions',
        message: 'must name at least one permission, or "preset" must be set',
      },
    ]);
  });

  test('Interact: the list shows name, permissions, created and last used', async () => {
    const { key, secret } = await createTestKey(server, { name: 'Data pipeline integration' });
    await verify(server, secret);
    await server.claviger.recorder.flush();
    const { body } = await server.call('GET', '/v1/keys?apiId=interact&q=pipeline');
    expect(body.data).toEqual([
      expect.objectContaining({
        id: key.id,
        name: 'Data pipeline integration',
        permissions: ['agent_jobs_read'],
        createdAt: '2026-11-21T09:30:00.000Z',
        lastUsedAt: '2026-11-21T09:30:00.000Z',
      }),
    ]);
  });

  test('Interact: a deleted key stops working at once and for good', async () => {
    const { key, secret } = await createTestKey(server);
    expect((await verify(server, secret)).valid).toBe(true);
    const { body } = await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
    expect(body).toMatchObject({ id: key.id, deleted: true, effective: { everywhere: true } });
    expect(await verify(server, secret)).toEqual({
      valid: false,
      code: 'NOT_FOUND',
      status: 401,
      message: expect.any(String),
      logId: expect.any(String),
    });
    expect((await server.call('GET', `/v1/keys/${key.id}`)).status).toBe(404);
  });

  test('AgentsGT: a pair is pk_ and 32 with sk_ and 60, and authenticates as pk:sk', async () => {
    const pair = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access', name: 'Mobile App' };
    const { key, secret, publicKey } = await createTestKey(server, pair);
    expect(publicKey).toMatch(/^pk_[0-9A-Za-z]{32}$/);
    expect(secret).toMatch(/^sk_[0-9A-Za-z]{60}$/);
    expect(key.publicKey).toBe(publicKey);
    const ask = { apiId: 'agentsgt' };
    expect(await verify(server, `${publicKey}:${secret}`, ask)).toMatchObject({
      valid: true,
      keyId: key.id,
      organizationId: 'acme',
      permissions: ['agents:read', 'messages:send'],
    });
    const other = await createTestKey(server, { ...pair, name: 'Production Website' });
    expect((await verify(server, `${other.publicKey}:${secret}`, ask)).code).toBe('NOT_FOUND');
    expect((await verify(server, secret, ask)).code).toBe('NOT_FOUND');
    expect((await verify(server, `${secret}:${publicKey}`, ask)).code).toBe('NOT_FOUND');
    expect((await verify(server, publicKey, ask)).code).toBe('ORIGIN_NOT_ALLOWED');
  });

  test('AgentsGT: the switch turns a key off and on again', async () => {
    const pair = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access', name: 'Development' };
    const { key, secret, publicKey } = await createTestKey(server, pair);
    const token = `${publicKey}:${secret}`;
    const off = await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/disable`));
    expect(off.body.key.status).toBe('inactive');
    expect((await verify(server, token, { apiId: 'agentsgt' })).code).toBe('DISABLED');
    const on = await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/enable`));
    expect(on.body.key.status).toBe('active');
    expect((await verify(server, token, { apiId: 'agentsgt' })).code).toBe('VALID');
  });
});
