import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import {
  createTestKey,
  exampleApi,
  expectStatus,
  verify,
  withoutUses,
} from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;
const EVERYWHERE = { everywhere: true, at: expect.any(String), unreachable: [] };
const UNKNOWN = 'key_0PxJmZ3kVb7cQm1tYw8sLd';

describe.each(['sqlite', 'postgres'] as const)('a key on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    const presets = [
      { id: 'full-access', name: 'Full access', grants: 'all' },
      { id: 'read-only', name: 'Read only', grants: 'read' },
    ];
    await defineApi('final', { presets });
    await defineApi('reversible', { presets, revocation: 'reversible' });
    await defineApi('ninety', { presets, expiry: { maxDays: 90 } });
    const body = { name: 'Acme' };
    await expectStatus(200, server.call('PUT', '/v1/organizations/acme', { body }));
  });
  afterAll(() => server.stop());

  const defineApi = (id: string, fields: object) => {
    const body = { ...exampleApi('interact'), ...fields };
    return expectStatus(200, server.call('PUT', `/v1/apis/${id}`, { body }));
  };
  const create = (fields: object = {}) => createTestKey(server, { apiId: 'final', ...fields });
  const read = async (id: string) => withoutUses((await server.call('GET', `/v1/keys/${id}`)).body);
  const patch = (id: string, body: object) => server.call('PATCH', `/v1/keys/${id}`, { body });
  const act = (id: string, action: string, body?: object) =>
    server.call('POST', `/v1/keys/${id}/${action}`, { body });
  const codeOf = async ({ key, secret }: Answer['body'], ask: object = {}) =>
    (await verify(server, secret, { apiId: key.apiId, ...ask })).code;
  const iso = (ms: number) => new Date(ms).toISOString();

  /** The answer of a mutation holds everywhere and shows the key as it is read from then on. */
  async function changed(answer: Promise<Answer>): Promise<Answer['body']['key']> {
    const { body } = await expectStatus(200, answer);
    expect(body).toEqual({ key: expect.any(Object), effective: EVERYWHERE });
    const key = withoutUses(body.key);
    expect(await read(key.id)).toEqual(key);
    return key;
  }

  describe('is changed', () => {
    const changes: [string, object][] = [
      ['name', { name: 'Nightly scheduler' }],
      ['description', { description: 'Runs at\nnight' }],
      ['permissions', { permissions: ['agent_jobs_trigger'] }],
      ['preset', { preset: 'read-only' }],
      ['expiresAt', { expiresAt: '2031-01-01T00:00:00.000Z' }],
      ['notBefore', { notBefore: '2026-11-21T09:30:00.000Z' }],
      ['ownerId', { ownerId: 'user_42' }],
      ['metadata', { metadata: { plan: 'pro' } }],
      ['resources', { resources: {} }],
      ['several fields', { name: 'All at once', ownerId: 'user_1', metadata: {} }],
    ];

    test.each(changes)('in its %s and nothing else', async (_, body) => {
      const { key } = await create({ metadata: { plan: 'free' }, description: 'Before' });
      await server.advance(1_000);
      const events = await auditOf(server, async () => {
        const after = await changed(patch(key.id, body));
        const same = JSON.stringify({ ...key, ...body }) === JSON.stringify(key);
        expect(after).toEqual({
          ...key,
          ...body,
          updatedAt: same ? key.updatedAt : iso(server.clock.now()),
        });
      });
      expect(events.length).toBe('resources' in body ? 0 : 1);
    });

    test('by null, which clears a field', async () => {
      const { key } = await create({
        description: 'Before',
        preset: 'read-only',
        permissions: ['agent_jobs_read'],
        expiresAt: '2031-01-01T00:00:00.000Z',
        notBefore: '2026-01-01T00:00:00.000Z',
        ownerId: 'user_42',
      });
      const nothing = {
        description: null,
        preset: null,
        expiresAt: null,
        notBefore: null,
        ownerId: null,
      };
      expect(await changed(patch(key.id, nothing))).toMatchObject(nothing);
      for (const field of ['name', 'permissions', 'metadata', 'resources']) {
        const answer = await patch(key.id, { [field]: null });
        expectProblem(answer, 'INVALID_REQUEST', { detail: new RegExp(`^/${field} must be an? `) });
      }
    });

    test('not at all by what it is already', async () => {
      const fields = { name: 'Same', metadata: { b: 1, a: [1, 2] }, ownerId: 'user_1' };
      const { key } = await create(fields);
      await server.advance(1_000);
      const events = await auditOf(server, async () => {
        expect(await changed(patch(key.id, {}))).toEqual(key);
        const again = { ...fields, metadata: { a: [1, 2], b: 1 }, expiresAt: null };
        expect(await changed(patch(key.id, again))).toEqual(key);
      });
      expect(events).toEqual([]);
    });

    test('in what it may do from the next verification on', async () => {
      const created = await create({ permissions: ['agent_jobs_read'] });
      const { id } = created.key;
      const trigger = { permissions: ['agent_jobs_trigger'] };
      expect(await codeOf(created, trigger)).toBe('INSUFFICIENT_PERMISSIONS');
      await changed(patch(id, trigger));
      expect(await codeOf(created, trigger)).toBe('VALID');
      await changed(patch(id, { permissions: [], preset: 'read-only' }));
      expect(await codeOf(created, trigger)).toBe('INSUFFICIENT_PERMISSIONS');
      await changed(patch(id, { preset: 'full-access' }));
      expect(await codeOf(created, trigger)).toBe('VALID');
      await changed(patch(id, { notBefore: iso(server.clock.now() + 1) }));
      expect(await codeOf(created)).toBe('NOT_YET_VALID');
      const soon = server.clock.now() + 60_000;
      await changed(patch(id, { notBefore: null, expiresAt: iso(soon), metadata: { a: 1 } }));
      expect(await verify(server, created.secret, { apiId: 'final' })).toMatchObject({
        code: 'VALID',
        expiresAt: iso(soon),
        metadata: { a: 1 },
      });
      await server.advance(60_000);
      expect(await codeOf(created)).toBe('EXPIRED');
      await changed(patch(id, { expiresAt: null }));
      expect(await codeOf(created)).toBe('VALID');
    });

    test('never into one that may do nothing', async () => {
      const message = 'must name at least one permission, or "preset" must be set';
      const fault = { pointer: '/permissions', message };
      const { key } = await create();
      expectFaults(await patch(key.id, { permissions: [] }), fault);
      const other = (await create({ preset: 'read-only' })).key;
      expectFaults(await patch(other.id, { preset: null }), fault);
      expectFaults(await patch(other.id, { permissions: [], preset: null }), fault);
      expect(await read(key.id)).toEqual(key);
    });

    test('never into what its API does not have', async () => {
      const { key } = await create();
      const body = {
        permissions: ['fly', 'agent_jobs_read', 'swim'],
        preset: 'everything',
        resources: { customer: ['cus_1'] },
        notBefore: '2031-01-02T00:00:00.000Z',
        expiresAt: '2031-01-01T00:00:00.000Z',
      };
      const catalog = 'is not in the catalog, which has agent_jobs_read, agent_jobs_trigger';
      expectFaults(
        await patch(key.id, body),
        { pointer: '/permissions/0', message: `"fly" ${catalog}` },
        { pointer: '/permissions/2', message: `"swim" ${catalog}` },
        {
          pointer: '/preset',
          message: '"everything" is not a preset: the API has full-access, read-only',
        },
        {
          pointer: '/resources/customer',
          message: 'the API declares no resource types to restrict keys to',
        },
        { pointer: '/notBefore', message: 'must lie before expiresAt' },
      );
      expect(await read(key.id)).toEqual(key);
    });

    test('never in what makes it that key', async () => {
      const { key } = await create();
      for (const field of ['apiId', 'organizationId', 'environment', 'kind', 'id', 'secret']) {
        expectFaults(await patch(key.id, { [field]: 'other' }), {
          pointer: `/${field}`,
          message: 'is not a field of this request',
        });
      }
    });

    test('in its end within what the API allows, counted from its creation', async () => {
      const { key } = await create({ apiId: 'ninety' });
      const latest = iso(Date.parse(key.createdAt) + 90 * DAY_MS);
      expect(key.expiresAt).toBe(latest);
      await server.advance(30 * DAY_MS);
      const pointer = '/expiresAt';
      const limit = 'keys of this API live 90 days at most';
      expectFaults(await patch(key.id, { expiresAt: null }), {
        pointer,
        message: `must not be null: ${limit}`,
      });
      expectFaults(await patch(key.id, { expiresAt: iso(Date.parse(latest) + 1) }), {
        pointer,
        message: `must not be later than ${latest}: ${limit}`,
      });
      const message = 'must lie in the future; to cut a key off now, revoke it';
      expectFaults(await patch(key.id, { expiresAt: iso(server.clock.now()) }), {
        pointer,
        message,
      });
      await changed(patch(key.id, { expiresAt: iso(server.clock.now() + 1) }));
      await changed(patch(key.id, { expiresAt: latest }));
      await server.advance(60 * DAY_MS);
      // What it does not touch is not held against it: an expired key can still be named.
      expect((await changed(patch(key.id, { name: 'Remembered' }))).status).toBe('expired');
    });
  });

  describe('is switched', () => {
    test('off and on again, at once', async () => {
      const created = await create();
      const { id } = created.key;
      expect(await codeOf(created)).toBe('VALID');
      await server.advance(1_000);
      const off = await changed(act(id, 'disable'));
      expect(off).toEqual({
        ...created.key,
        status: 'inactive',
        updatedAt: iso(server.clock.now()),
      });
      expect(await codeOf(created)).toBe('DISABLED');
      const on = await changed(act(id, 'enable'));
      expect(on).toEqual({ ...created.key, updatedAt: iso(server.clock.now()) });
      expect(await codeOf(created)).toBe('VALID');
    });

    test('twice the same way without a second event', async () => {
      const { key } = await create();
      const events = await auditOf(server, async () => {
        await changed(act(key.id, 'enable'));
        const off = await changed(act(key.id, 'disable'));
        await server.advance(1_000);
        expect(await changed(act(key.id, 'disable'))).toEqual(off);
      });
      expect(events.map(({ action }) => action)).toEqual(['key.disabled']);
    });

    test('on within its life only', async () => {
      const created = await create({ expiresAt: iso(server.clock.now() + 1_000) });
      await changed(act(created.key.id, 'disable'));
      await server.advance(1_000);
      expect((await changed(act(created.key.id, 'enable'))).status).toBe('expired');
      expect(await codeOf(created)).toBe('EXPIRED');
    });
  });

  describe('is revoked', () => {
    test('for good, with the time and the reason', async () => {
      const created = await create();
      const { id } = created.key;
      expect(await codeOf(created)).toBe('VALID');
      await server.advance(1_000);
      const revoked = await changed(act(id, 'revoke', { reason: 'Found in a repository' }));
      const now = iso(server.clock.now());
      expect(revoked).toEqual({
        ...created.key,
        status: 'revoked',
        revokedAt: now,
        revokedReason: 'Found in a repository',
        updatedAt: now,
      });
      expect(await verify(server, created.secret, { apiId: 'final' })).toMatchObject({
        valid: false,
        code: 'REVOKED',
        status: 401,
        keyId: id,
      });
    });

    test('once: the first time and reason stay', async () => {
      const { key } = await create();
      const first = await changed(act(key.id, 'revoke'));
      expect(first.revokedReason).toBeNull();
      await server.advance(1_000);
      const events = await auditOf(server, async () => {
        expect(await changed(act(key.id, 'revoke', { reason: 'Again' }))).toEqual(first);
      });
      expect(events).toEqual([]);
    });

    test('and then cannot be changed any more', async () => {
      const created = await create();
      const { id } = created.key;
      const revoked = await changed(act(id, 'revoke'));
      const detail = `The key "${id}" was revoked, and its API makes that final. Create a new key.`;
      for (const answer of [
        await patch(id, { name: 'Risen' }),
        await act(id, 'enable'),
        await act(id, 'disable'),
        await act(id, 'rotate'),
        await act(id, 'regenerate'),
      ]) {
        expectProblem(answer, 'KEY_REVOKED', { detail });
      }
      expect(await read(id)).toEqual(revoked);
      expect(await codeOf(created)).toBe('REVOKED');
    });

    test('for good even if its API says reversible later', async () => {
      await defineApi('turning', {});
      const created = await create({ apiId: 'turning' });
      const revoked = await changed(act(created.key.id, 'revoke'));
      await defineApi('turning', { revocation: 'reversible' });
      expect(await changed(act(created.key.id, 'revoke'))).toEqual(revoked);
      expectProblem(await act(created.key.id, 'enable'), 'KEY_REVOKED');
      expect(await codeOf(created)).toBe('REVOKED');
    });

    test('until it is enabled again, where the API says reversible', async () => {
      const created = await create({ apiId: 'reversible' });
      const { id } = created.key;
      const revoked = await changed(act(id, 'revoke', { reason: 'Holiday' }));
      expect(revoked).toMatchObject({
        status: 'inactive',
        revokedAt: iso(server.clock.now()),
        revokedReason: 'Holiday',
      });
      expect(await codeOf(created)).toBe('DISABLED');
      await changed(patch(id, { name: 'Still here' }));
      expect(await codeOf(created)).toBe('DISABLED');
      const events = await auditOf(server, async () => {
        expect(await changed(act(id, 'revoke', { reason: 'Other' }))).toMatchObject({
          revokedReason: 'Holiday',
        });
      });
      expect(events).toEqual([]);
      const restored = await changed(act(id, 'enable'));
      expect(restored).toMatchObject({ status: 'active', revokedAt: null, revokedReason: null });
      expect(await codeOf(created)).toBe('VALID');
    });

    test('even when it was only switched off before', async () => {
      for (const [apiId, code] of [
        ['final', 'REVOKED'],
        ['reversible', 'DISABLED'],
      ]) {
        const created = await create({ apiId });
        await changed(act(created.key.id, 'disable'));
        const events = await auditOf(server, () => changed(act(created.key.id, 'revoke')));
        expect(events.map(({ action }) => action)).toEqual(['key.revoked']);
        expect((await read(created.key.id)).revokedAt).not.toBeNull();
        expect(await codeOf(created)).toBe(code);
      }
    });

    test('with a reason of one line at most', async () => {
      const { key } = await create();
      const pointer = '/reason';
      expectFaults(await act(key.id, 'revoke', { reason: '' }), {
        pointer,
        message: 'must not be empty',
      });
      expectFaults(await act(key.id, 'revoke', { reason: 'x'.repeat(501) }), {
        pointer,
        message: 'must have at most 500 characters',
      });
      expect((await read(key.id)).status).toBe('active');
    });
  });

  describe('is deleted', () => {
    test('at once and for good', async () => {
      const created = await create();
      const { id } = created.key;
      expect(await codeOf(created)).toBe('VALID');
      const { body } = await expectStatus(200, server.call('DELETE', `/v1/keys/${id}`));
      expect(body).toEqual({ id, deleted: true, effective: EVERYWHERE });
      expect(await verify(server, created.secret, { apiId: 'final' })).toEqual({
        valid: false,
        code: 'NOT_FOUND',
        status: 401,
        message: expect.any(String),
        logId: expect.any(String),
      });
      expectProblem(await server.call('GET', '/v1/me', { key: created.secret }), 'NOT_FOUND');
      const again = await server.call('DELETE', `/v1/keys/${id}`);
      expectProblem(again, 'KEY_NOT_FOUND', {
        detail: `There is no key "${id}" here. GET /v1/keys lists the keys that the presented root key can see.`,
      });
    });

    test('whatever state it is in, with all its secrets', async () => {
      const created = await create();
      const rotated = (await act(created.key.id, 'rotate')).body;
      await changed(act(created.key.id, 'revoke'));
      await expectStatus(200, server.call('DELETE', `/v1/keys/${created.key.id}`));
      for (const secret of [created.secret, rotated.secret]) {
        expect(await codeOf({ ...created, secret })).toBe('NOT_FOUND');
      }
    });

    test('with both halves of a pair', async () => {
      await defineApi('pairs', {
        formats: {
          pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
        },
      });
      const { key, publicKey } = await create({ apiId: 'pairs', kind: 'pair' });
      const ask = { key, secret: publicKey };
      expect(await codeOf(ask)).toBe('ORIGIN_NOT_ALLOWED');
      await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
      expect(await codeOf(ask)).toBe('NOT_FOUND');
    });
  });

  test('that does not exist is unknown to every operation', async () => {
    const path = `/v1/keys/${UNKNOWN}`;
    for (const answer of [
      await server.call('GET', path),
      await patch(UNKNOWN, { name: 'Nobody' }),
      await server.call('DELETE', path),
      await server.call('DELETE', `${path}/secrets/sec_0PxJmZ3kVb7cQm1tYw8sLd`),
      ...(await Promise.all(
        ['rotate', 'regenerate', 'disable', 'enable', 'revoke'].map((a) => act(UNKNOWN, a)),
      )),
    ]) {
      expectProblem(answer, 'KEY_NOT_FOUND');
    }
  });

  test('ends up in one of the states that were asked for when all are asked for at once', async () => {
    const created = await create();
    const { id } = created.key;
    const answers = await Promise.all(
      ['disable', 'enable', 'rotate', 'disable', 'regenerate', 'revoke', 'enable', 'rotate'].map(
        (action) => act(id, action),
      ),
    );
    for (const answer of answers) {
      if (answer.status !== 200) expectProblem(answer, 'KEY_REVOKED');
    }
    expect((await read(id)).status).toBe('revoked');
    expect(await codeOf(created)).toBe('REVOKED');
  });
});
