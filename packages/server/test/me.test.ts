import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import {
  createTestKey,
  defineApi,
  exampleApi,
  expectStatus,
  verify,
  withoutUses,
} from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

describe.each(['sqlite', 'postgres'] as const)('a key about itself on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
    const body = { ...exampleApi('interact'), revocation: 'reversible' };
    await expectStatus(200, server.call('PUT', '/v1/apis/reversible', { body }));
  });
  afterAll(() => server.stop());

  const me = (key: string) => server.call('GET', '/v1/me', { key });
  const revoke = (key: string, body: object = {}) =>
    server.call('POST', '/v1/me/revoke', { key, body });
  const act = (id: string, action: string, body: object = {}) =>
    expectStatus(200, server.call('POST', `/v1/keys/${id}/${action}`, { body }));
  const createPair = () =>
    createTestKey(server, { apiId: 'agentsgt', kind: 'pair', preset: 'full-access' });

  describe('reads', () => {
    test('itself, and nothing secret', async () => {
      const { key, secret } = await createTestKey(server, { metadata: { plan: 'pro' } });
      const answer = await expectStatus(200, me(secret));
      expect(withoutUses(answer.body)).toEqual(key);
      expect(answer.text).not.toContain(secret);
      const plain = { key: null, headers: { 'x-api-key': secret } };
      await expectStatus(200, server.call('GET', '/v1/me', plain));
    });

    test('itself as a pair', async () => {
      const { key, secret, publicKey } = await createPair();
      const answer = await expectStatus(200, me(`${publicKey}:${secret}`));
      expect(withoutUses(answer.body)).toEqual(key);
      expect(answer.text).not.toContain(secret);
    });

    test('itself with the old secret as long as that overlaps', async () => {
      const { key, secret } = await createTestKey(server);
      await act(key.id, 'rotate', { overlapSeconds: 60 });
      expect((await expectStatus(200, me(secret))).body.secrets.length).toBe(2);
      await server.advance(60_000);
      expectProblem(await me(secret), 'EXPIRED');
    });

    test('itself as a root key, however little it may do', async () => {
      const { key, secret } = await createRootKey(server, {
        permissions: ['keys:verify'],
        resources: { api: ['interact'], organization: ['globex'] },
      });
      expect(withoutUses((await expectStatus(200, me(secret))).body)).toEqual(key);
    });
  });

  const refusals: [string, string, () => Promise<string>][] = [
    [
      'a revoked key',
      'REVOKED',
      async () => {
        const { key, secret } = await createTestKey(server);
        await act(key.id, 'revoke');
        return secret;
      },
    ],
    [
      'a secret that was regenerated away',
      'REVOKED',
      async () => {
        const { key, secret } = await createTestKey(server);
        await act(key.id, 'regenerate');
        return secret;
      },
    ],
    [
      'a disabled key',
      'DISABLED',
      async () => {
        const { key, secret } = await createTestKey(server);
        await act(key.id, 'disable');
        return secret;
      },
    ],
    [
      'a key of a suspended organization',
      'DISABLED',
      async () => {
        const path = '/v1/organizations/paused';
        await expectStatus(200, server.call('PUT', path, { body: { name: 'Paused' } }));
        const { secret } = await createTestKey(server, { organizationId: 'paused' });
        await expectStatus(200, server.call('PATCH', path, { body: { suspended: true } }));
        return secret;
      },
    ],
    [
      'a key that is not valid yet',
      'NOT_YET_VALID',
      async () => {
        const notBefore = new Date(server.clock.now() + DAY_MS).toISOString();
        return (await createTestKey(server, { notBefore })).secret;
      },
    ],
    [
      'an expired key',
      'EXPIRED',
      async () => {
        const expiresAt = new Date(server.clock.now() + 1_000).toISOString();
        const { secret } = await createTestKey(server, { expiresAt });
        await server.advance(1_000);
        return secret;
      },
    ],
    [
      'a deleted key',
      'NOT_FOUND',
      async () => {
        const { key, secret } = await createTestKey(server);
        await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
        return secret;
      },
    ],
    ['the secret half of a pair alone', 'NOT_FOUND', async () => (await createPair()).secret],
    [
      'halves of two pairs',
      'NOT_FOUND',
      async () => `${(await createPair()).publicKey}:${(await createPair()).secret}`,
    ],
    ['an invented key', 'NOT_FOUND', async () => `int_${'0'.repeat(48)}`],
    [
      'the public half of a pair alone',
      'ORIGIN_NOT_ALLOWED',
      async () => (await createPair()).publicKey,
    ],
  ];

  test.each(refusals)('%s is answered %s, and cannot revoke itself', async (_, code, token) => {
    const key = await token();
    for (const answer of [await me(key), await revoke(key)]) {
      expectProblem(answer, code as 'REVOKED');
    }
  });

  describe('revokes', () => {
    test('itself, with the reason, at once', async () => {
      const { key, secret } = await createTestKey(server);
      const { body } = await expectStatus(200, revoke(secret, { reason: 'Pushed to GitHub' }));
      expect(body).toEqual({
        key: expect.objectContaining({
          id: key.id,
          status: 'revoked',
          revokedReason: 'Pushed to GitHub',
        }),
        effective: { everywhere: true, at: expect.any(String), unreachable: [] },
      });
      expect((await verify(server, secret)).code).toBe('REVOKED');
      expectProblem(await revoke(secret), 'REVOKED');
      const read = await server.call('GET', `/v1/keys/${key.id}`);
      expect(withoutUses(read.body)).toEqual(withoutUses(body.key));
    });

    test('all its secrets with any of them', async () => {
      const { key, secret } = await createTestKey(server);
      const rotated = (await act(key.id, 'rotate')).body;
      await expectStatus(200, revoke(secret));
      expect((await verify(server, rotated.secret)).code).toBe('REVOKED');
    });

    test('itself until an administrator restores it, where its API says so', async () => {
      const { key, secret } = await createTestKey(server, { apiId: 'reversible' });
      const { body } = await expectStatus(200, revoke(secret));
      expect(body.key.status).toBe('inactive');
      expectProblem(await me(secret), 'DISABLED');
      expectProblem(await revoke(secret), 'DISABLED');
      await act(key.id, 'enable');
      await expectStatus(200, me(secret));
    });

    test('itself as a pair with both halves, and not with the public one', async () => {
      const { secret, publicKey } = await createPair();
      expectProblem(await revoke(publicKey), 'ORIGIN_NOT_ALLOWED');
      await expectStatus(200, me(`${publicKey}:${secret}`));
      await expectStatus(200, revoke(`${publicKey}:${secret}`));
      expectProblem(await me(`${publicKey}:${secret}`), 'REVOKED');
    });

    test('itself as a root key', async () => {
      const { secret } = await createRootKey(server, { permissions: ['keys:verify'] });
      await expectStatus(200, revoke(secret));
      expectProblem(await me(secret), 'REVOKED');
    });

    test('nobody else', async () => {
      const { secret } = await createTestKey(server);
      const other: Answer['body'] = (await createTestKey(server)).key;
      for (const field of ['keyId', 'id', 'key']) {
        expectFaults(await revoke(secret, { [field]: other.id }), {
          pointer: `/${field}`,
          message: 'is not a field of this request',
        });
      }
      await expectStatus(200, me(secret));
    });
  });
});
