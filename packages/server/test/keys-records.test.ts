import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents, auditOf, expectSoundAudit } from './harness/audit.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
  });
  afterAll(() => server.stop());

  const iso = () => new Date(server.clock.now()).toISOString();
  const flush = () => server.claviger.recorder.flush();
  const read = async (id: string) => (await server.call('GET', `/v1/keys/${id}`)).body;
  const act = async (id: string, action: string, body: object = {}) =>
    (await expectStatus(200, server.call('POST', `/v1/keys/${id}/${action}`, { body }))).body;

  describe('the last use', () => {
    /** Asks a second later and answers when that was. */
    async function useAt(token: string, ask: Record<string, unknown> = {}): Promise<string> {
      await server.advance(1_000);
      await verify(server, token, ask);
      return iso();
    }

    async function lastUse(id: string): Promise<string | null> {
      await flush();
      return (await read(id)).lastUsedAt;
    }

    test('is that of the last verification, and none before the first', async () => {
      const { key, secret } = await createTestKey(server);
      expect(await lastUse(key.id)).toBeNull();
      for (let n = 0; n < 3; n++) {
        const at = await useAt(secret);
        expect(await lastUse(key.id)).toBe(at);
      }
    });

    test('counts a request that was not allowed something, not one with a key that is off', async () => {
      const { key, secret } = await createTestKey(server);
      const refused = await useAt(secret, { permissions: ['agent_jobs_trigger'] });
      expect(await lastUse(key.id)).toBe(refused);
      const elsewhere = await useAt(secret, { organizationId: 'globex' });
      expect(await lastUse(key.id)).toBe(elsewhere);
      await act(key.id, 'disable');
      await useAt(secret);
      expect(await lastUse(key.id)).toBe(elsewhere);
    });

    test('does not count an attempt at another API', async () => {
      const { key, secret } = await createTestKey(server);
      await useAt(secret, { apiId: 'agentsgt' });
      expect(await lastUse(key.id)).toBeNull();
    });

    test('counts a request with the key itself', async () => {
      const { key, secret } = await createTestKey(server);
      await server.advance(1_000);
      await expectStatus(200, server.call('GET', '/v1/me', { key: secret }));
      expect(await lastUse(key.id)).toBe(iso());
    });

    test('is known for each secret, so that one sees who still uses the old one', async () => {
      const { key, secret: old } = await createTestKey(server);
      const first = await useAt(old);
      const { secret } = await act(key.id, 'rotate', { overlapSeconds: 3_600 });
      await flush();
      const uses = async () =>
        (await read(key.id)).secrets.map(({ lastUsedAt }: Answer['body']) => lastUsedAt);
      expect(await uses()).toEqual([null, first]);
      const second = await useAt(secret);
      await flush();
      expect(await uses()).toEqual([second, first]);
      const third = await useAt(old);
      await flush();
      expect(await uses()).toEqual([second, third]);
      expect((await read(key.id)).lastUsedAt).toBe(third);
    });

    test('of a pair is that of both halves: the public one, refused alone, is anyone’s', async () => {
      const fields = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access' };
      const { key, secret, publicKey } = await createTestKey(server, fields);
      const both = await useAt(`${publicKey}:${secret}`, { apiId: 'agentsgt' });
      expect(await lastUse(key.id)).toBe(both);
      await useAt(publicKey, { apiId: 'agentsgt' });
      expect(await lastUse(key.id)).toBe(both);
      expect((await read(key.id)).secrets[0].lastUsedAt).toBe(both);
    });

    test('changes nothing else about the key', async () => {
      const { key, secret } = await createTestKey(server);
      const events = await auditOf(server, async () => {
        const lastUsedAt = await useAt(secret);
        await flush();
        const secrets = [{ ...key.secrets[0], lastUsedAt }];
        expect(await read(key.id)).toEqual({ ...key, lastUsedAt, secrets });
      });
      expect(events).toEqual([]);
    });

    test('survives a change of the key, and a change survives it', async () => {
      const { key, secret } = await createTestKey(server);
      const lastUsedAt = await useAt(secret);
      await act(key.id, 'disable');
      await flush();
      expect(await read(key.id)).toMatchObject({ lastUsedAt, status: 'inactive' });
      await act(key.id, 'enable');
      expect((await read(key.id)).lastUsedAt).toBe(lastUsedAt);
    });

    test('of a key that was deleted meanwhile is forgotten', async () => {
      const { key, secret } = await createTestKey(server);
      await useAt(secret);
      await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
      await flush();
    });
  });

  describe('the audit log', () => {
    type Step = (id: string) => Promise<unknown>;
    const steps: [string, string, Step][] = [
      [
        'a change',
        'key.updated',
        (id) => server.call('PATCH', `/v1/keys/${id}`, { body: { name: 'Nightly' } }),
      ],
      ['a rotation', 'key.rotated', (id) => act(id, 'rotate')],
      [
        'the end of an overlap',
        'key.secret_ended',
        async (id) => {
          const { secrets } = await read(id);
          await expectStatus(200, server.call('DELETE', `/v1/keys/${id}/secrets/${secrets[1].id}`));
        },
      ],
      ['a regeneration', 'key.regenerated', (id) => act(id, 'regenerate')],
      ['disabling', 'key.disabled', (id) => act(id, 'disable')],
      ['enabling', 'key.enabled', (id) => act(id, 'enable')],
      ['revoking', 'key.revoked', (id) => act(id, 'revoke', { reason: 'Left the company' })],
      ['deleting', 'key.deleted', (id) => server.call('DELETE', `/v1/keys/${id}`)],
    ];

    const placed = (id: string) => ({
      type: 'key',
      id,
      apiId: 'interact',
      organizationId: 'acme',
      environment: 'production',
    });

    test('says of each mutation who did what to which key, from where, and what it was before', async () => {
      const root = (await server.call('GET', '/v1/me')).body.id;
      let created: Answer['body'];
      const [first] = await auditOf(server, async () => {
        const headers = { 'x-request-id': 'creating' };
        const body = {
          apiId: 'interact',
          organizationId: 'acme',
          name: 'Audited desk',
          permissions: ['agent_jobs_read'],
        };
        created = (await server.call('POST', '/v1/keys', { body, headers })).body.key;
      });
      expect(first).toEqual({
        id: expect.stringMatching(/^evt_[0-9A-Za-z]{22}$/),
        at: server.clock.now(),
        sequence: expect.any(Number),
        actor: { type: 'rootKey', id: root },
        action: 'key.created',
        target: placed(created!.id),
        before: null,
        after: created!,
        ip: '127.0.0.1',
        requestId: 'creating',
        previousHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      for (const [, action, step] of steps) {
        await server.advance(1_000);
        const before = await read(created!.id);
        const events = await auditOf(server, () => step(created.id));
        const after = action === 'key.deleted' ? null : await read(created!.id);
        expect(events).toEqual([
          expect.objectContaining({
            action,
            at: server.clock.now(),
            actor: { type: 'rootKey', id: root },
            target: placed(created!.id),
            before,
            after,
            requestId: expect.any(String),
          }),
        ]);
      }
    });

    test('names the key itself when that revoked itself', async () => {
      const { key, secret } = await createTestKey(server);
      const [event] = await auditOf(server, () =>
        server.call('POST', '/v1/me/revoke', { key: secret, body: { reason: 'Leaked' } }),
      );
      expect(event).toMatchObject({
        action: 'key.revoked',
        actor: { type: 'key', id: key.id },
        target: placed(key.id),
        after: { revokedReason: 'Leaked' },
      });
    });

    test('holds nothing of what was refused', async () => {
      const { key } = await createTestKey(server);
      await act(key.id, 'revoke');
      const events = await auditOf(server, async () => {
        const path = `/v1/keys/${key.id}`;
        await server.call('PATCH', path, { body: { name: 'Risen' } });
        await server.call('POST', `${path}/rotate`);
        await server.call('POST', `${path}/revoke`);
        await server.call('POST', '/v1/keys', { body: { apiId: 'interact' } });
        await server.call('PUT', '/v1/apis/claviger', { body: {} });
        await server.call('DELETE', '/v1/organizations/acme');
        await server.call('DELETE', path, { key: null });
      });
      expect(events).toEqual([]);
    });

    test('is one chain without a gap, in which nothing secret stands', async () => {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { key } = await createTestKey(server);
          await Promise.all([act(key.id, 'rotate'), act(key.id, 'regenerate')]);
          await act(key.id, 'revoke');
        }),
      );
      const events = await auditEvents(server);
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      await expectSoundAudit(server);
    });
  });
});
