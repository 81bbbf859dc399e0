import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clientOf,
  definePlatform,
  expectShownOnce,
  refusalOf,
  unknownToken,
  type Platform,
} from './harness/platform.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/** Document 002 of the five platforms; see five-platforms.test.ts. */
const DAY_MS = 86_400_000;

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
  });
  afterAll(() => server.stop());

  const now = () => new Date(server.clock.now()).toISOString();
  const inDays = (days: number) => new Date(server.clock.now() + days * DAY_MS).toISOString();

  describe('002 Agiled', () => {
    let agiled: Platform;

    beforeAll(async () => {
      agiled = await definePlatform(server, 'agiled');
    });

    const zapier = { name: 'Zapier production', preset: 'full-access' };
    const warehouse = { name: 'Warehouse staging', preset: 'read-only' };
    const read = { permissions: ['records:read'] };
    const write = { permissions: ['records:write'] };

    test('the API is defined as the example says', async () => {
      expect(await agiled.client.apis.get('agiled')).toMatchObject(agiled.definition);
    });

    test('the token is agl_ and 48 characters, and is shown once', async () => {
      const created = await agiled.create(zapier);
      expect(created.secret).toMatch(/^agl_[0-9A-Za-z]{48}$/);
      await expectShownOnce(agiled, created);
      expect(await agiled.outcome(unknownToken(agiled))).toBe('401 NOT_FOUND');
    });

    test('Full access reads and writes; Read only reads, and is told what it lacks', async () => {
      const full = await agiled.create(zapier);
      const readOnly = await agiled.create(warehouse);
      expect(full.key).toMatchObject({ preset: 'full-access', permissions: [] });
      expect(await agiled.outcome(full.secret, read)).toBe('200 VALID');
      expect(await agiled.outcome(full.secret, write)).toBe('200 VALID');
      expect(await agiled.outcome(readOnly.secret, read)).toBe('200 VALID');
      expect(await agiled.verify(readOnly.secret, write)).toMatchObject({
        status: 403,
        code: 'INSUFFICIENT_PERMISSIONS',
        missing: ['records:write'],
      });
    });

    test('a preset follows the catalog: what Agiled adds, its keys may do at once', async () => {
      const full = await agiled.create(zapier);
      const readOnly = await agiled.create(warehouse);
      const held = async ({ secret }: { secret: string }) => {
        const decision = await agiled.verify(secret);
        return decision.valid ? decision.permissions : decision.code;
      };
      const permissions = [
        ...agiled.definition.permissions,
        { id: 'invoices:read', name: 'Read invoices', access: 'read' as const },
        { id: 'invoices:write', name: 'Send invoices' },
      ];
      await agiled.client.apis.put('agiled', { ...agiled.definition, permissions });
      expect(await held(full)).toEqual(permissions.map(({ id }) => id));
      expect(await held(readOnly)).toEqual(['records:read', 'invoices:read']);
      await agiled.client.apis.put('agiled', agiled.definition);
      expect(await held(full)).toEqual(['records:read', 'records:write']);
      expect(await held(readOnly)).toEqual(['records:read']);
    });

    test('a preset that keys have cannot be dropped', async () => {
      await agiled.create(warehouse);
      const presets = agiled.definition.presets?.filter(({ id }) => id !== 'read-only') ?? [];
      const dropping = agiled.client.apis.put('agiled', { ...agiled.definition, presets });
      expect(await refusalOf(dropping)).toBe('409 STILL_IN_USE /presets');
    });

    test('GET /v1/me is a harmless test of token and workspace', async () => {
      const { key, secret } = await agiled.create(warehouse);
      const me = await clientOf(server, secret).me();
      expect(me).toMatchObject({
        id: key.id,
        organizationId: 'acme',
        preset: 'read-only',
        status: 'active',
        expiresAt: inDays(90),
      });
      const [listed] = await agiled.list({ q: key.id });
      const used = { lastUsedAt: now(), secrets: [{ ...key.secrets[0], lastUsedAt: now() }] };
      expect(listed).toEqual({ ...key, ...used });
      expect(await refusalOf(clientOf(server, unknownToken(agiled)).me())).toBe('401 NOT_FOUND');
    });

    test('a key is for one workspace: it opens no other, and is listed in no other', async () => {
      const { key, secret } = await agiled.create({ ...zapier, organizationId: 'globex' });
      expect(await agiled.outcome(secret, { organizationId: 'globex' })).toBe('200 VALID');
      expect(await agiled.outcome(secret, { organizationId: 'acme' })).toBe(
        '403 ORGANIZATION_MISMATCH',
      );
      expect(await agiled.list({ organizationId: 'globex' })).toMatchObject([{ id: key.id }]);
      expect(await agiled.list({ organizationId: 'acme', q: key.id })).toEqual([]);
    });

    test('a key expires after 90 days, to the millisecond', async () => {
      const { key, secret } = await agiled.create(zapier);
      expect(key.expiresAt).toBe(inDays(90));
      await server.advance(90 * DAY_MS - 1_000);
      expect(await agiled.outcome(secret)).toBe('200 VALID');
      await server.advance(999);
      expect(await agiled.outcome(secret)).toBe('200 VALID');
      await server.advance(1);
      expect(now()).toBe(key.expiresAt);
      expect(await agiled.outcome(secret)).toBe('401 EXPIRED');
      expect(await refusalOf(clientOf(server, secret).me())).toBe('401 EXPIRED');
      expect(await agiled.list({ q: key.id, status: 'expired' })).toMatchObject([{ id: key.id }]);
      for (const act of ['rotate', 'regenerate'] as const) {
        expect(await refusalOf(agiled.client.keys[act](key.id))).toBe('409 KEY_EXPIRED');
      }
    });

    test('no key outlives the 90 days: neither asked for, nor by a change, nor by rotation', async () => {
      const refused = '400 INVALID_REQUEST /expiresAt';
      for (const expiresAt of [null, inDays(91)]) {
        expect(await refusalOf(agiled.create({ ...zapier, expiresAt }))).toBe(refused);
      }
      const sooner = await agiled.create({ ...zapier, expiresAt: inDays(30) });
      expect(sooner.key.expiresAt).toBe(inDays(30));
      const { key } = await agiled.create(zapier);
      await server.advance(DAY_MS);
      const later = agiled.client.keys.update(key.id, { expiresAt: inDays(90) });
      expect(await refusalOf(later)).toBe(refused);
      for (const act of ['rotate', 'regenerate'] as const) {
        expect((await agiled.client.keys[act](key.id)).key.expiresAt).toBe(key.expiresAt);
      }
    });

    test('a replacement before the expiry: found, tested, taken over, the old one revoked', async () => {
      const old = await agiled.create({ name: 'Finance export job, spring', preset: 'read-only' });
      await server.advance(77 * DAY_MS);
      const soon = { q: 'Finance export', status: 'active', expiresBefore: inDays(14) } as const;
      expect(await agiled.list(soon)).toMatchObject([{ id: old.key.id }]);

      const next = await agiled.create({ name: 'Finance export job, summer', preset: 'read-only' });
      expect((await clientOf(server, next.secret).me()).organizationId).toBe('acme');
      expect(await agiled.outcome(old.secret, read)).toBe('200 VALID');
      await server.advance(DAY_MS);
      expect(await agiled.outcome(next.secret, read)).toBe('200 VALID');
      expect(await agiled.list({ q: 'Finance export', sort: 'lastUsedAt' })).toMatchObject([
        { id: next.key.id, lastUsedAt: now() },
        { id: old.key.id, lastUsedAt: inDays(-1) },
      ]);
      await agiled.client.keys.revoke(old.key.id, { reason: 'Replaced' });
      expect(await agiled.outcome(old.secret, read)).toBe('401 REVOKED');
      await server.advance(12 * DAY_MS);
      expect(await agiled.outcome(next.secret, read)).toBe('200 VALID');
    });

    test('a revoked key authenticates nothing, stays on record and never comes back', async () => {
      const { key, secret } = await agiled.create(zapier);
      const revoked = await agiled.client.keys.revoke(key.id, { reason: 'The vendor left' });
      expect(revoked.effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
      const record = { id: key.id, revokedAt: now(), revokedReason: 'The vendor left' };
      expect(await agiled.outcome(secret, read)).toBe('401 REVOKED');
      expect(await refusalOf(clientOf(server, secret).me())).toBe('401 REVOKED');
      await server.advance(1_000);
      expect((await agiled.client.keys.revoke(key.id)).key).toMatchObject(record);
      expect(await agiled.list({ q: key.id, status: 'revoked' })).toMatchObject([record]);
      const { keys } = agiled.client;
      for (const attempt of [
        () => keys.enable(key.id),
        () => keys.rotate(key.id),
        () => keys.regenerate(key.id),
        () => keys.update(key.id, { preset: 'read-only' }),
      ]) {
        expect(await refusalOf(attempt())).toBe('409 KEY_REVOKED');
      }
      expect(await agiled.outcome(secret, read)).toBe('401 REVOKED');
    });

    test.each(['test', 'new key', 'Test', 'key 1'])('"%s" is a vague name', async (name) => {
      const { key } = await agiled.create({ ...warehouse, name });
      expect(key.warnings).toEqual([
        { code: 'VAGUE_NAME', message: expect.stringContaining(`"${name}"`) },
      ]);
      const renamed = await agiled.client.keys.update(key.id, { name: 'Warehouse staging' });
      expect(renamed.key.warnings).toEqual([]);
    });

    test.each([
      'Zapier production',
      'Warehouse staging',
      'Finance export job',
      'Production scheduler',
      'Data pipeline integration',
      'Production Website',
      'Mobile App',
      'Development',
      'Main Website Integration',
    ])('"%s", an example of one of the documents, is a good name', async (name) => {
      expect((await agiled.create({ ...warehouse, name })).key.warnings).toEqual([]);
    });

    test('60 reads a minute for each key, and the next is told when to come back', async () => {
      const { secret } = await agiled.create(warehouse);
      for (let at = 0; at < 60; at++) expect(await agiled.outcome(secret, read)).toBe('200 VALID');
      await server.advance(15_000);
      expect(await agiled.verify(secret, read)).toMatchObject({
        status: 429,
        code: 'RATE_LIMITED',
        retryAfterSeconds: 45,
        rateLimits: [{ name: 'read', limit: 60, windowSeconds: 60, remaining: 0 }],
      });
      const other = await agiled.create(warehouse);
      expect(await agiled.outcome(other.secret, read)).toBe('200 VALID');
      await server.advance(45_000);
      expect(await agiled.outcome(secret, read)).toBe('200 VALID');
    });

    test('30 writes a minute for each key, counted apart from reads', async () => {
      const { secret } = await agiled.create(zapier);
      for (let at = 0; at < 30; at++) expect(await agiled.outcome(secret, write)).toBe('200 VALID');
      expect(await agiled.outcome(secret, write)).toBe('429 RATE_LIMITED');
      for (let at = 0; at < 60; at++) expect(await agiled.outcome(secret, read)).toBe('200 VALID');
      expect(await agiled.outcome(secret, read)).toBe('429 RATE_LIMITED');
    });

    test('the keys to be reminded of are found 14, 7 and 1 days before their expiry', async () => {
      const { key } = await agiled.create({ name: 'Calendar sync', preset: 'read-only' });
      const { expiry } = await agiled.client.apis.get('agiled');
      const due = async (days: number) =>
        (await agiled.list({ q: 'Calendar sync', expiresBefore: inDays(days) })).map(
          ({ id }) => id,
        );
      let left = 90;
      for (const days of expiry?.remindDays ?? []) {
        await server.advance((left - days) * DAY_MS);
        expect(await due(days)).toEqual([]);
        await server.advance(1);
        expect(await due(days)).toEqual([key.id]);
        left = days - 1 / DAY_MS;
      }
      expect(Math.ceil(left)).toBe(1);
    });

    test('a replacement names the key it replaces', async () => {
      const old = await agiled.create(zapier);
      const { key, secret, replaces } = await agiled.client.keys.replace(old.key.id, {
        name: 'Zapier production, second quarter',
      });
      expect(key).toMatchObject({ replacesKeyId: old.key.id, preset: 'full-access' });
      expect(replaces.id).toBe(old.key.id);
      expect(await agiled.list({ replacesKeyId: old.key.id })).toMatchObject([{ id: key.id }]);
      expect(await agiled.outcome(secret, write)).toBe('200 VALID');
    });
  });
});
