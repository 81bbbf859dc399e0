import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('a replacement on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
  });
  afterAll(() => server.stop());

  const replace = async (keyId: string, body: object = {}): Promise<Answer['body']> =>
    (await expectStatus(201, server.call('POST', `/v1/keys/${keyId}/replace`, { body }))).body;

  test('has what the old key has, a secret of its own, and says which key it replaces', async () => {
    const fields = { description: 'Runs at night', ownerId: 'user_42', metadata: { plan: 'pro' } };
    const old = await createTestKey(server, fields);
    const { key, secret, replaces, effective } = await replace(old.key.id);
    const { apiId, organizationId, environment, kind, name, permissions, preset } = old.key;
    expect(key).toMatchObject({
      apiId,
      organizationId,
      environment,
      kind,
      name,
      permissions,
      preset,
      ...fields,
    });
    expect(key).toMatchObject({ replacesKeyId: old.key.id, status: 'active', lastUsedAt: null });
    expect(key.id).not.toBe(old.key.id);
    expect(secret).toMatch(/^int_[0-9A-Za-z]{48}$/);
    expect(secret).not.toBe(old.secret);
    expect(replaces).toEqual(old.key);
    expect(effective.everywhere).toBe(true);
    const { body } = await server.call('GET', `/v1/keys?replacesKeyId=${old.key.id}`);
    expect(body.data).toEqual([key]);
  });

  test('works beside the old key, whose remaining use shows until it is revoked', async () => {
    const old = await createTestKey(server, { name: 'Warehouse staging' });
    const fresh = await replace(old.key.id);
    await server.advance(60_000);
    expect((await verify(server, old.secret)).valid).toBe(true);
    expect((await verify(server, fresh.secret)).valid).toBe(true);
    await server.claviger.recorder.flush();
    const lastUse = async () =>
      (await server.call('GET', `/v1/keys/${old.key.id}`)).body.lastUsedAt;
    const used = await lastUse();
    expect(Date.parse(used)).toBeGreaterThan(Date.parse(fresh.key.createdAt));

    await server.advance(86_400_000);
    await verify(server, fresh.secret);
    await server.claviger.recorder.flush();
    expect(await lastUse()).toBe(used);
    await expectStatus(200, server.call('POST', `/v1/keys/${old.key.id}/revoke`));
    expect((await verify(server, old.secret)).code).toBe('REVOKED');
    expect((await verify(server, fresh.secret)).valid).toBe(true);
  });

  test('takes what is given instead; rights as a whole', async () => {
    const old = await createTestKey(server);
    const { key } = await replace(old.key.id, {
      name: 'Nightly trigger',
      permissions: ['agent_jobs_trigger'],
      description: null,
    });
    expect(key).toMatchObject({
      name: 'Nightly trigger',
      permissions: ['agent_jobs_trigger'],
      description: null,
    });
    const none = await server.call('POST', `/v1/keys/${old.key.id}/replace`, {
      body: { permissions: [] },
    });
    expect(none.body).toMatchObject({ status: 400, errors: [{ pointer: '/permissions' }] });
  });

  test('of a pair is a pair, with both halves new', async () => {
    const pair = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access', name: 'Mobile App' };
    const old = await createTestKey(server, pair);
    const fresh = await replace(old.key.id);
    expect(fresh.publicKey).toMatch(/^pk_[0-9A-Za-z]{32}$/);
    expect(fresh.publicKey).not.toBe(old.publicKey);
    const ask = { apiId: 'agentsgt' };
    expect((await verify(server, `${fresh.publicKey}:${fresh.secret}`, ask)).keyId).toBe(
      fresh.key.id,
    );
    expect((await verify(server, `${old.publicKey}:${fresh.secret}`, ask)).code).toBe('NOT_FOUND');
  });

  test('lives as long as a new key does, also when the old one has expired', async () => {
    const definition = { ...exampleApi('interact'), expiry: { defaultDays: 90, maxDays: 90 } };
    await expectStatus(200, server.call('PUT', '/v1/apis/ninety', { body: definition }));
    const old = await createTestKey(server, { apiId: 'ninety' });
    await server.advance(91 * 86_400_000);
    expect((await verify(server, old.secret, { apiId: 'ninety' })).code).toBe('EXPIRED');
    const { key, secret } = await replace(old.key.id);
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(90 * 86_400_000);
    expect((await verify(server, secret, { apiId: 'ninety' })).valid).toBe(true);
  });

  test('of a key that is not there, or of a stronger root key, is refused', async () => {
    expect((await server.call('POST', '/v1/keys/key_none/replace')).body.code).toBe(
      'KEY_NOT_FOUND',
    );
    const weak = await createTestKey(server, {
      apiId: 'claviger',
      organizationId: 'claviger',
      name: 'Issuer of keys',
      permissions: ['keys:write', 'keys:read'],
    });
    const root = (await server.call('GET', '/v1/me')).body;
    const taken = await server.call('POST', `/v1/keys/${root.id}/replace`, { key: weak.secret });
    expect(taken.body).toMatchObject({ status: 403, code: 'BEYOND_OWN_RIGHTS' });
  });
});
