import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, SHOP, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('what is public on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'public');
  });
  afterAll(() => server.stop());

  const origin = 'https://app.example.com';
  const here = { origin };
  const open = { kind: 'publishable', allowedOrigins: ['app.example.com'] };
  const post = (id: string, action: string, body: object = {}) =>
    expectStatus(200, server.call('POST', `/v1/keys/${id}/${action}`, { body }));

  describe('a publishable key', () => {
    test('is one readable token, shown whenever it is asked for, and no secret', async () => {
      const created = await shop.create(open);
      expect(Object.keys(created).toSorted()).toEqual(['effective', 'key', 'publicKey']);
      const { key, publicKey } = created;
      expect(publicKey).toMatch(/^pk_[0-9A-Za-z]{32}$/);
      expect(key).toMatchObject({ kind: 'publishable', publicKey, status: 'active' });
      expect(key.hint).toBe(`${publicKey.slice(0, 7)}…${publicKey.slice(-4)}`);
      expect((await shop.get(key.id)).publicKey).toBe(publicKey);
      const { body } = await server.call('GET', `/v1/keys?q=${publicKey}`);
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([key.id]);
      expect(await shop.decide(publicKey, here)).toMatchObject({
        valid: true,
        keyId: key.id,
        secretId: null,
        kind: 'publishable',
        permissions: ['items:read'],
      });
    });

    test('holds only what is publishable', async () => {
      const permissions = ['items:read', 'items:write', 'chat:send'];
      expectFaults(await shop.tryCreate({ ...open, permissions }), {
        pointer: '/permissions/1',
        message:
          '"items:write" is not publishable; a publishable key may hold items:read, chat:send',
      });
      expectFaults(await shop.tryCreate({ ...open, preset: 'full-access' }), {
        pointer: '/preset',
        message:
          '"full-access" grants items:write, which is not publishable; a publishable key may hold items:read, chat:send',
      });
      const { key, publicKey } = await shop.create({ ...open, preset: 'read-only' });
      expect(await shop.outcome(publicKey, { ...here, permissions: ['items:read'] })).toBe(
        '200 VALID',
      );
      expect(await refusal(shop.patch(key.id, { permissions: ['items:write'] }))).toBe(
        '400 INVALID_REQUEST /permissions/0',
      );
      expect(await refusal(shop.patch(key.id, { preset: 'full-access' }))).toBe(
        '400 INVALID_REQUEST /preset',
      );
      expect(await shop.get(key.id)).toMatchObject({ permissions: [], preset: 'read-only' });
    });

    test('names at least one origin, when it is created and after every change', async () => {
      expectFaults(await shop.tryCreate({ kind: 'publishable' }), {
        pointer: '/allowedOrigins',
        message: 'must name at least one origin: a publishable key works from its origins only',
      });
      const { key } = await shop.create(open);
      expect(await refusal(shop.patch(key.id, { allowedOrigins: [] }))).toBe(
        '400 INVALID_REQUEST /allowedOrigins',
      );
      expect((await shop.get(key.id)).allowedOrigins).toEqual(['app.example.com']);
    });

    test('loses at once what stops being publishable through a preset', async () => {
      const widened = await openShop(server, 'widened');
      const { publicKey } = await widened.create({ ...open, preset: 'read-only' });
      const [read, ...others] = SHOP.permissions;
      const more = { id: 'orders:read', name: 'Read orders', access: 'read' };
      await expectStatus(200, widened.define({ permissions: [read, more, ...others] }));
      // The preset follows the catalog; what is presented from a web page grants what may be public.
      expect((await widened.decide(publicKey, here)).permissions).toEqual(['items:read']);
      expect(await widened.outcome(publicKey, { ...here, permissions: ['orders:read'] })).toBe(
        '403 INSUFFICIENT_PERMISSIONS',
      );
    });

    test('is rotated with an overlap, and shows the new token', async () => {
      const { key, publicKey: old } = await shop.create(open);
      const rotated = (await post(key.id, 'rotate', { overlapSeconds: 60 })).body;
      expect(Object.keys(rotated).toSorted()).toEqual(['effective', 'key', 'publicKey']);
      expect(rotated.publicKey).toMatch(/^pk_[0-9A-Za-z]{32}$/);
      expect(rotated.publicKey).not.toBe(old);
      const shown = await shop.get(key.id);
      expect(shown.publicKey).toBe(rotated.publicKey);
      expect(shown.secrets).toHaveLength(2);
      await server.advance(59_999);
      expect(await shop.outcome(old, here)).toBe('200 VALID');
      await server.advance(1);
      expect(await shop.outcome(old, here)).toBe('401 EXPIRED');
      expect(await shop.outcome(rotated.publicKey, here)).toBe('200 VALID');
      const again = (await post(key.id, 'regenerate')).body;
      expect(again).not.toHaveProperty('secret');
      expect(await shop.outcome(rotated.publicKey, here)).toBe('401 REVOKED');
      expect(await shop.outcome(again.publicKey, here)).toBe('200 VALID');
    });

    test('is replaced by one with the same origins', async () => {
      const { key } = await shop.create(open);
      const path = `/v1/keys/${key.id}/replace`;
      const { body } = await expectStatus(201, server.call('POST', path, { body: {} }));
      expect(body.key).toMatchObject({ kind: 'publishable', allowedOrigins: ['app.example.com'] });
      expect(body).not.toHaveProperty('secret');
      expect(await shop.outcome(body.publicKey, here)).toBe('200 VALID');
    });

    test('is issued only where the API has a format for it', async () => {
      const { publishable: _, ...formats } = SHOP.formats;
      const without = await openShop(server, 'without', { formats });
      expectFaults(await without.tryCreate(open), {
        pointer: '/kind',
        message: 'the API issues no keys of kind "publishable", only secret, pair',
      });
    });

    test('has no place in an API without a publishable permission', async () => {
      const permissions = [{ id: 'items:write', name: 'Write items' }];
      expectFaults(await shop.define({ permissions }), {
        pointer: '/formats/publishable',
        message: 'needs a permission with "publishable": true, which is all such keys may hold',
      });
    });

    test('is not the half of anything', async () => {
      const { publicKey } = await shop.create(open);
      const { secret } = await shop.create();
      for (const token of [`${publicKey}:`, `${publicKey}:${secret}`, `${secret}:${publicKey}`]) {
        expect(await shop.outcome(token, here)).toBe('401 NOT_FOUND');
      }
    });
  });

  test('what is public reads itself and revokes nothing', async () => {
    const kinds = [
      await shop.create(open),
      await shop.create({ kind: 'pair', allowedOrigins: ['app.example.com'] }),
    ];
    for (const { key, publicKey } of kinds) {
      const asked = { key: publicKey, headers: { origin } };
      await expectStatus(200, server.call('GET', '/v1/me', asked));
      expectProblem(
        await server.call('POST', '/v1/me/revoke', { ...asked, body: {} }),
        'NOT_A_SECRET_KEY',
      );
      expect((await shop.get(key.id)).status).toBe('active');
    }
    const [, pair] = kinds;
    const whole = { key: `${pair.publicKey}:${pair.secret}`, body: {} };
    await expectStatus(200, server.call('POST', '/v1/me/revoke', whole));
    expect(await shop.outcome(pair.publicKey, here)).toBe('401 REVOKED');
  });

  describe('a pair by its public half', () => {
    const pair = (fields: object = {}) =>
      shop.create({ kind: 'pair', allowedOrigins: ['app.example.com'], ...fields });

    test('has only its publishable permissions, and as a whole all of them', async () => {
      const { publicKey, secret } = await pair({ preset: 'full-access' });
      const half = await shop.decide(publicKey, here);
      expect(half).toMatchObject({ valid: true, permissions: ['items:read', 'chat:send'] });
      expect((await shop.decide(`${publicKey}:${secret}`)).permissions).toEqual([
        'items:read',
        'items:write',
        'chat:send',
      ]);
      expect(await shop.decide(publicKey, { ...here, permissions: ['items:write'] })).toMatchObject(
        { code: 'INSUFFICIENT_PERMISSIONS', missing: ['items:write'] },
      );
      const either = { ...here, permissions: { anyOf: ['items:write', 'chat:send'] } };
      expect(await shop.outcome(publicKey, either)).toBe('200 VALID');
    });

    test('that holds nothing publishable is let in and may do nothing', async () => {
      const { publicKey } = await pair({ permissions: ['items:write'] });
      expect(await shop.decide(publicKey, here)).toMatchObject({ valid: true, permissions: [] });
      expect(await shop.outcome(publicKey, { ...here, permissions: ['items:write'] })).toBe(
        '403 INSUFFICIENT_PERMISSIONS',
      );
    });

    test('hears of its origin before its resources and permissions', async () => {
      const { publicKey } = await pair({ resources: { customer: ['cus_1'] } });
      const ask = { permissions: ['items:write'] };
      expect(await shop.outcome(publicKey, ask)).toBe('403 ORIGIN_NOT_ALLOWED');
      expect(await shop.outcome(publicKey, { ...here, ...ask })).toBe('403 RESOURCE_NOT_ALLOWED');
    });
  });
});
