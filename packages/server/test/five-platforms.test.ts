import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  definePlatform,
  expectShownOnce,
  refusalOf,
  unknownToken,
  type Platform,
} from './harness/platform.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/**
 * The key systems of five published documents, each from its definition in `examples/` and through the
 * client, step by step as its document describes it. Here 000 and 001; 002 is in
 * five-platforms-presets-and-expiry.test.ts, 003 and 004 are in
 * five-platforms-pairs-and-environments.test.ts, and what their protected services do is in
 * five-platforms-services.test.ts. What is not there yet is in the README of each example.
 */

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
  });
  afterAll(() => server.stop());

  const now = () => new Date(server.clock.now()).toISOString();

  describe('000 Interact', () => {
    let interact: Platform;

    beforeAll(async () => {
      interact = await definePlatform(server, 'interact');
    });

    const scheduler = { name: 'Production scheduler', permissions: ['agent_jobs_trigger'] };

    test('the API is defined as the example says', async () => {
      expect(await interact.client.apis.get('interact')).toMatchObject(interact.definition);
    });

    test.each([
      [['agent_jobs_read']],
      [['agent_jobs_trigger']],
      [['agent_jobs_read', 'agent_jobs_trigger']],
    ])('a key with %j is int_ and 48 characters, and does just that', async (permissions) => {
      const { key, secret } = await interact.create({ name: 'Nightly results', permissions });
      expect(secret).toMatch(/^int_[0-9A-Za-z]{48}$/);
      expect(key).toMatchObject({ kind: 'secret', status: 'active', permissions });
      for (const asked of ['agent_jobs_read', 'agent_jobs_trigger']) {
        const allowed = permissions.includes(asked);
        expect(await interact.outcome(secret, { permissions: [asked] })).toBe(
          allowed ? '200 VALID' : '403 INSUFFICIENT_PERMISSIONS',
        );
      }
    });

    test('the key is shown once', async () => {
      await expectShownOnce(interact, await interact.create(scheduler));
    });

    test('a key with no permissions cannot be created, nor a key be left without any', async () => {
      const refused = '400 INVALID_REQUEST /permissions';
      expect(await refusalOf(interact.create({ name: 'Data pipeline integration' }))).toBe(refused);
      expect(await refusalOf(interact.create({ ...scheduler, permissions: [] }))).toBe(refused);
      const { key } = await interact.create(scheduler);
      expect(await refusalOf(interact.client.keys.update(key.id, { permissions: [] }))).toBe(
        refused,
      );
    });

    test('a permission that Interact does not have cannot be chosen', async () => {
      const permissions = ['agent_jobs_read', 'agent_jobs_delete'];
      expect(await refusalOf(interact.create({ ...scheduler, permissions }))).toBe(
        '400 INVALID_REQUEST /permissions/1',
      );
    });

    test('a key that was never issued, mistyped or another platform’s is not known', async () => {
      const { secret } = await interact.create(scheduler);
      const mistyped = secret.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
      for (const token of [unknownToken(interact), mistyped, 'int_', '', server.rootKey]) {
        expect(await interact.outcome(token)).toBe('401 NOT_FOUND');
      }
    });

    test('the only environment is production, and asking for another is a mistake', async () => {
      const { key, secret } = await interact.create(scheduler);
      expect(key.environment).toBe('production');
      expect(await interact.outcome(secret, { environment: 'production' })).toBe('200 VALID');
      expect(await refusalOf(interact.verify(secret, { environment: 'staging' }))).toBe(
        '400 INVALID_REQUEST /environment',
      );
    });

    test('the organization of X-Organization-Id is held against the key', async () => {
      const { secret } = await interact.create(scheduler);
      expect(await interact.outcome(secret, { organizationId: 'acme' })).toBe('200 VALID');
      expect(await interact.outcome(secret, { organizationId: 'globex' })).toBe(
        '403 ORGANIZATION_MISMATCH',
      );
    });

    test('the key is taken from X-API-Key', async () => {
      const { key, secret } = await interact.create(scheduler);
      const headers = { 'x-api-key': secret };
      const { status, body } = await server.call('GET', '/v1/me', { key: null, headers });
      expect([status, body.id]).toEqual([200, key.id]);
      const both = await server.call('GET', '/v1/me', { headers });
      expect([both.status, both.body.code]).toEqual([400, 'CONFLICTING_CREDENTIALS']);
    });

    test('the list shows name, permissions, created and last used', async () => {
      const name = 'Weekly report';
      const { secret } = await interact.create({ name, permissions: ['agent_jobs_read'] });
      const shown = { name, permissions: ['agent_jobs_read'], createdAt: now() };
      const listed = () => interact.list({ organizationId: 'acme', q: name });
      expect(await listed()).toMatchObject([{ ...shown, lastUsedAt: null }]);
      await server.advance(60_000);
      await interact.verify(secret, { permissions: ['agent_jobs_read'] });
      expect(await listed()).toMatchObject([{ ...shown, lastUsedAt: now() }]);
    });

    test('a deleted key stops working at once, is gone, and no other with it', async () => {
      const { key, secret } = await interact.create(scheduler);
      const other = await interact.create(scheduler);
      expect(await interact.outcome(secret)).toBe('200 VALID');
      const { effective } = await interact.client.keys.delete(key.id);
      expect(effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
      expect(await interact.outcome(secret)).toBe('401 NOT_FOUND');
      expect(await interact.outcome(other.secret)).toBe('200 VALID');
      expect(await interact.list({ q: key.id })).toEqual([]);
      expect(await refusalOf(interact.client.keys.get(key.id))).toBe('404 KEY_NOT_FOUND');
      expect(await refusalOf(interact.client.keys.delete(key.id))).toBe('404 KEY_NOT_FOUND');
    });
  });

  describe('001 Interlocute', () => {
    let interlocute: Platform;

    beforeAll(async () => {
      interlocute = await definePlatform(server, 'interlocute');
    });

    const everything = ['nodes:manage', 'logs:read', 'chat:send'];
    const backend = { name: 'Billing backend', preset: 'full-access' };
    const chat = { name: 'Support chat relay', permissions: ['chat:send'] };

    test('the API is defined as the example says', async () => {
      expect(await interlocute.client.apis.get('interlocute')).toMatchObject(
        interlocute.definition,
      );
    });

    test('a secret key is il_sk_ and 48 characters, and is shown once', async () => {
      const created = await interlocute.create(backend);
      expect(created.secret).toMatch(/^il_sk_[0-9A-Za-z]{48}$/);
      await expectShownOnce(interlocute, created);
    });

    test('a secret key manages nodes, reads logs and performs all operations', async () => {
      const { secret } = await interlocute.create(backend);
      expect(await interlocute.verify(secret, { permissions: everything })).toMatchObject({
        valid: true,
        status: 200,
        permissions: everything,
      });
    });

    test('the key comes as a bearer token, the scheme in whatever case', async () => {
      const { key, secret } = await interlocute.create(backend);
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
        const headers = { authorization: `${scheme} ${secret}` };
        const { status, body } = await server.call('GET', '/v1/me', { key: null, headers });
        expect([status, body.id]).toEqual([200, key.id]);
      }
    });

    test('without a valid key the answer is 401, with the challenge of a bearer token', async () => {
      const { key, secret } = await interlocute.create(backend);
      await interlocute.client.keys.revoke(key.id);
      for (const [token, code, challenge] of [
        [null, 'CREDENTIAL_MISSING', /^Bearer realm="[a-z]+"$/],
        [unknownToken(interlocute), 'NOT_FOUND', /error="invalid_token"/],
        [secret, 'REVOKED', /^Bearer realm="interlocute", error="invalid_token"/],
      ] as const) {
        const { status, body, headers } = await server.call('GET', '/v1/me', { key: token });
        expect([status, body.code]).toEqual([401, code]);
        expect(headers.get('www-authenticate')).toMatch(challenge);
      }
      expect(await interlocute.outcome(unknownToken(interlocute))).toBe('401 NOT_FOUND');
      expect(await interlocute.outcome(secret)).toBe('401 REVOKED');
    });

    test('without the required scope the answer is 403, and says which', async () => {
      const { secret } = await interlocute.create(chat);
      expect(await interlocute.outcome(secret, { permissions: ['chat:send'] })).toBe('200 VALID');
      expect(
        await interlocute.verify(secret, { permissions: ['chat:send', 'nodes:manage'] }),
      ).toMatchObject({
        status: 403,
        code: 'INSUFFICIENT_PERMISSIONS',
        missing: ['nodes:manage'],
        message: expect.stringContaining('nodes:manage'),
      });
      const anyOf = { permissions: { anyOf: ['logs:read', 'chat:send'] } };
      expect(await interlocute.outcome(secret, anyOf)).toBe('200 VALID');
    });

    test('a key scoped to chat operations can be made by name or by preset, and does no more', async () => {
      for (const fields of [chat, { name: 'Website assistant', preset: 'chat-only' }]) {
        const { secret } = await interlocute.create(fields);
        expect(await interlocute.verify(secret)).toMatchObject({ permissions: ['chat:send'] });
        for (const scope of ['nodes:manage', 'logs:read']) {
          expect(await interlocute.outcome(secret, { permissions: [scope] })).toBe(
            '403 INSUFFICIENT_PERMISSIONS',
          );
        }
      }
    });

    test('a scope that is taken from a key is gone with the answer', async () => {
      const { key, secret } = await interlocute.create({ ...chat, permissions: everything });
      const ask = { permissions: ['nodes:manage'] };
      expect(await interlocute.outcome(secret, ask)).toBe('200 VALID');
      await interlocute.client.keys.update(key.id, { permissions: ['chat:send'] });
      expect(await interlocute.outcome(secret, ask)).toBe('403 INSUFFICIENT_PERMISSIONS');
      expect(await interlocute.outcome(secret, { permissions: ['chat:send'] })).toBe('200 VALID');
    });

    test('rotation with a second key: both work, then the old one is deleted', async () => {
      const old = await interlocute.create({ name: 'Rotated in spring', preset: 'full-access' });
      const next = await interlocute.create({ name: 'Rotated in summer', preset: 'full-access' });
      expect(next.secret).not.toBe(old.secret);
      const ask = { permissions: everything };
      expect(await interlocute.outcome(old.secret, ask)).toBe('200 VALID');
      expect(await interlocute.outcome(next.secret, ask)).toBe('200 VALID');
      const switched = now();
      await server.advance(60_000);
      await interlocute.verify(next.secret);
      expect(await interlocute.list({ q: 'Rotated in', sort: 'lastUsedAt' })).toMatchObject([
        { id: next.key.id, lastUsedAt: now() },
        { id: old.key.id, lastUsedAt: switched },
      ]);
      await interlocute.client.keys.delete(old.key.id);
      expect(await interlocute.outcome(old.secret, ask)).toBe('401 NOT_FOUND');
      expect(await interlocute.outcome(next.secret, ask)).toBe('200 VALID');
    });

    test('rotation on the same key: both secrets work until the overlap ends', async () => {
      const { key, secret: old } = await interlocute.create(backend);
      const { secret: next, key: rotated } = await interlocute.client.keys.rotate(key.id, {
        overlapSeconds: 3_600,
      });
      expect(next).toMatch(/^il_sk_[0-9A-Za-z]{48}$/);
      expect(rotated).toMatchObject({ id: key.id, name: key.name, preset: 'full-access' });
      await server.advance(3_600_000 - 1);
      expect(await interlocute.outcome(old)).toBe('200 VALID');
      expect(await interlocute.outcome(next)).toBe('200 VALID');
      await server.advance(1);
      expect(await interlocute.outcome(old)).toBe('401 EXPIRED');
      expect(await interlocute.outcome(next)).toBe('200 VALID');
    });

    test('rotation on the same key: once nobody uses the old secret, it is ended early', async () => {
      const { key, secret: old } = await interlocute.create(backend);
      const { secret: next } = await interlocute.client.keys.rotate(key.id);
      await interlocute.verify(next);
      const [listed] = await interlocute.list({ q: key.id });
      expect(listed?.secrets).toMatchObject([{ lastUsedAt: now() }, { lastUsedAt: null }]);
      await interlocute.client.keys.endSecret(key.id, listed?.secrets[1]?.id ?? '');
      expect(await interlocute.outcome(old)).toBe('401 REVOKED');
      expect(await interlocute.outcome(next)).toBe('200 VALID');
    });

    const website = { name: 'Docs website', kind: 'publishable', preset: 'chat-only' } as const;
    const allowedOrigins = ['docs.example.com', '*.example.org'];

    test('a publishable key is il_pk_ and 32 characters, and is shown whenever it is asked for', async () => {
      const created = await interlocute.create({ ...website, allowedOrigins });
      expect(created.secret).toBeUndefined();
      expect(created.publicKey).toMatch(/^il_pk_[0-9A-Za-z]{32}$/);
      const { publicKey } = created;
      expect(await interlocute.client.keys.get(created.key.id)).toMatchObject({
        kind: 'publishable',
        publicKey,
        allowedOrigins,
      });
    });

    test('a publishable key chats from its domains and from nowhere else', async () => {
      const { publicKey = '' } = await interlocute.create({ ...website, allowedOrigins });
      const chatting = { permissions: ['chat:send'] };
      for (const origin of ['https://docs.example.com', 'https://shop.example.org']) {
        expect(await interlocute.outcome(publicKey, { ...chatting, origin })).toBe('200 VALID');
      }
      for (const origin of ['https://example.com', 'https://example.org', 'null', null]) {
        expect(await interlocute.outcome(publicKey, { ...chatting, origin })).toBe(
          '403 ORIGIN_NOT_ALLOWED',
        );
      }
      const unbound = interlocute.create(website);
      expect(await refusalOf(unbound)).toBe('400 INVALID_REQUEST /allowedOrigins');
    });

    test('a publishable key holds chat:send, and neither nodes:manage nor logs:read', async () => {
      const rights = [{ preset: 'full-access' }, { preset: null, permissions: everything }];
      for (const given of rights) {
        const wide = interlocute.create({ ...website, allowedOrigins, ...given });
        expect(await refusalOf(wide)).toMatch(/^400 INVALID_REQUEST \/(?:preset|permissions)/);
      }
      const { publicKey = '' } = await interlocute.create({ ...website, allowedOrigins });
      const origin = 'https://docs.example.com';
      for (const scope of ['nodes:manage', 'logs:read']) {
        expect(await interlocute.outcome(publicKey, { origin, permissions: [scope] })).toBe(
          '403 INSUFFICIENT_PERMISSIONS',
        );
      }
    });

    test('a key scoped to one node is refused on another', async () => {
      const scoped = { ...chat, resources: { node: ['node_1'] } };
      const { key, secret } = await interlocute.create(scoped);
      const on = (node: string) => interlocute.outcome(secret, { resources: { node } });
      expect(await on('node_1')).toBe('200 VALID');
      expect(await on('node_2')).toBe('403 RESOURCE_NOT_ALLOWED');
      // To say nothing of nodes is no way around.
      expect(await interlocute.outcome(secret)).toBe('403 RESOURCE_NOT_ALLOWED');
      await interlocute.client.keys.update(key.id, { resources: { node: ['node_2'] } });
      expect([await on('node_1'), await on('node_2')]).toEqual([
        '403 RESOURCE_NOT_ALLOWED',
        '200 VALID',
      ]);
    });
  });
});
