import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from './harness/audit.ts';
import {
  clientOf,
  definePlatform,
  expectShownOnce,
  refusalOf,
  unknownToken,
  type Platform,
} from './harness/platform.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/** Documents 003 and 004 of the five platforms; see five-platforms.test.ts. */
const DAY_MS = 86_400_000;

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
  });
  afterAll(() => server.stop());

  const now = () => new Date(server.clock.now()).toISOString();
  const inDays = (days: number) => new Date(server.clock.now() + days * DAY_MS).toISOString();

  describe('003 AgentsGT', () => {
    let agentsgt: Platform;

    beforeAll(async () => {
      agentsgt = await definePlatform(server, 'agentsgt');
    });

    const website = { name: 'Production Website', kind: 'pair', preset: 'full-access' } as const;
    const createPair = async (fields: object = {}) => {
      const { key, secret, publicKey = '' } = await agentsgt.create({ ...website, ...fields });
      return { key, secret, publicKey, token: `${publicKey}:${secret}` };
    };

    test('the API is defined as the example says', async () => {
      expect(await agentsgt.client.apis.get('agentsgt')).toMatchObject(agentsgt.definition);
    });

    test('a key is pk_ and 32 characters with sk_ and 60', async () => {
      const { key, secret, publicKey } = await createPair();
      expect(publicKey).toMatch(/^pk_[0-9A-Za-z]{32}$/);
      expect(secret).toMatch(/^sk_[0-9A-Za-z]{60}$/);
      expect(key).toMatchObject({ kind: 'pair', publicKey, status: 'active' });
    });

    test('the secret half is shown once, the public half whenever it is asked for', async () => {
      const created = await agentsgt.create(website);
      await expectShownOnce(agentsgt, created);
      expect((await agentsgt.client.keys.get(created.key.id)).publicKey).toBe(created.publicKey);
    });

    test('every key has two halves: one secret alone is not to be had', async () => {
      const alone = agentsgt.create({ ...website, kind: 'secret' });
      expect(await refusalOf(alone)).toBe('400 INVALID_REQUEST /kind');
    });

    test('pk:sk authenticates, and hands out the organization it belongs to', async () => {
      const { key, token } = await createPair({ organizationId: 'globex' });
      expect(await agentsgt.verify(token, { permissions: ['agents:read'] })).toMatchObject({
        valid: true,
        keyId: key.id,
        organizationId: 'globex',
        permissions: ['agents:read', 'messages:send'],
      });
      expect((await clientOf(server, token).me()).organizationId).toBe('globex');
      expect(await agentsgt.outcome(token, { organizationId: 'globex' })).toBe('200 VALID');
      expect(await agentsgt.outcome(token, { organizationId: 'acme' })).toBe(
        '403 ORGANIZATION_MISMATCH',
      );
    });

    test('with the secret half the origin is not checked', async () => {
      const { token } = await createPair();
      for (const origin of ['https://example.com', 'https://elsewhere.example', 'null', null]) {
        expect(await agentsgt.outcome(token, { origin })).toBe('200 VALID');
      }
    });

    test('the public half alone is held against the origin, and without domains has none', async () => {
      const { publicKey } = await createPair();
      for (const origin of ['https://example.com', null]) {
        expect(await agentsgt.outcome(publicKey, { origin })).toBe('403 ORIGIN_NOT_ALLOWED');
      }
      expect(await agentsgt.outcome(publicKey)).toBe('403 ORIGIN_NOT_ALLOWED');
      const me = clientOf(server, publicKey).me();
      expect(await refusalOf(me)).toBe('403 ORIGIN_NOT_ALLOWED');
    });

    test('halves that do not belong together are not known, nor is the secret alone', async () => {
      const { secret, publicKey } = await createPair();
      const other = await createPair({ name: 'Mobile App' });
      for (const token of [
        secret,
        `:${secret}`,
        `${other.publicKey}:${secret}`,
        `${publicKey}:${other.secret}`,
        `${secret}:${publicKey}`,
        `${publicKey}:${unknownToken(agentsgt)}`,
        `${publicKey}:`,
        unknownToken(agentsgt),
      ]) {
        expect(await agentsgt.outcome(token)).toBe('401 NOT_FOUND');
      }
    });

    test('a key that may only send messages lists no agents', async () => {
      const { token } = await createPair({ preset: null, permissions: ['messages:send'] });
      expect(await agentsgt.outcome(token, { permissions: ['messages:send'] })).toBe('200 VALID');
      expect(await agentsgt.outcome(token, { permissions: ['agents:read'] })).toBe(
        '403 INSUFFICIENT_PERMISSIONS',
      );
    });

    test('the page of an organization shows name, public key, last used and status of its keys', async () => {
      const organizationId = 'initech';
      await agentsgt.client.organizations.put(organizationId, { name: 'Initech' });
      const site = await createPair({ organizationId });
      await server.advance(1_000);
      const app = await createPair({ organizationId, name: 'Mobile App' });
      await agentsgt.verify(app.token);
      await agentsgt.client.keys.disable(site.key.id);
      const listed = await agentsgt.list({ organizationId });
      expect(
        listed.map(({ name, publicKey, lastUsedAt, status }) => [
          name,
          publicKey,
          lastUsedAt,
          status,
        ]),
      ).toEqual([
        ['Mobile App', app.publicKey, now(), 'active'],
        ['Production Website', site.publicKey, null, 'inactive'],
      ]);
    });

    test('the switch turns a key off and on, at once and as often as wanted', async () => {
      const { key, token, publicKey } = await createPair();
      for (let round = 0; round < 3; round++) {
        const off = await agentsgt.client.keys.disable(key.id);
        expect(off.effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
        expect(off.key.status).toBe('inactive');
        expect(await agentsgt.outcome(token)).toBe('401 DISABLED');
        expect(await agentsgt.outcome(publicKey)).toBe('401 DISABLED');
        expect(await refusalOf(clientOf(server, token).me())).toBe('401 DISABLED');
        const on = await agentsgt.client.keys.enable(key.id);
        expect(on.key).toMatchObject({ id: key.id, status: 'active', publicKey });
        expect(await agentsgt.outcome(token)).toBe('200 VALID');
      }
    });

    test('an expired key authenticates nothing', async () => {
      const { key, token } = await createPair({ expiresAt: inDays(1) });
      expect(await agentsgt.outcome(token)).toBe('200 VALID');
      await server.advance(DAY_MS);
      expect(await agentsgt.outcome(token)).toBe('401 EXPIRED');
      expect((await agentsgt.client.keys.get(key.id)).status).toBe('expired');
      expect((await createPair()).key.expiresAt).toBeNull();
    });

    test('rotation: a new key, both work, the old one is deleted for good and at once', async () => {
      const old = await createPair();
      const next = await createPair();
      expect(await agentsgt.outcome(old.token)).toBe('200 VALID');
      expect(await agentsgt.outcome(next.token)).toBe('200 VALID');
      const { effective } = await agentsgt.client.keys.delete(old.key.id);
      expect(effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
      for (const token of [old.token, old.publicKey]) {
        expect(await agentsgt.outcome(token)).toBe('401 NOT_FOUND');
      }
      expect(await agentsgt.outcome(next.token)).toBe('200 VALID');
      const { keys } = agentsgt.client;
      expect(await refusalOf(keys.enable(old.key.id))).toBe('404 KEY_NOT_FOUND');
      expect(await agentsgt.list({ q: old.key.id })).toEqual([]);
    });

    test('a new secret half on the same key leaves the public half in the web pages as it is', async () => {
      const { key, token, publicKey } = await createPair();
      const { secret, key: after } = await agentsgt.client.keys.regenerate(key.id);
      expect(secret).toMatch(/^sk_[0-9A-Za-z]{60}$/);
      expect(after.publicKey).toBe(publicKey);
      expect(await agentsgt.outcome(token)).toBe('401 REVOKED');
      expect(await agentsgt.outcome(`${publicKey}:${secret}`)).toBe('200 VALID');
    });

    test('allowed domains are given at creation, shown on the page, and edited later', async () => {
      const allowedOrigins = ['example.com', '*.example.com'];
      const { key, publicKey } = await createPair({ allowedOrigins });
      expect(await agentsgt.list({ q: key.id })).toMatchObject([{ allowedOrigins }]);
      const ask = { origin: 'https://shop.example.org' };
      expect(await agentsgt.outcome(publicKey, ask)).toBe('403 ORIGIN_NOT_ALLOWED');
      const edited = { allowedOrigins: ['*.example.org'] };
      const { effective } = await agentsgt.client.keys.update(key.id, edited);
      expect(effective.everywhere).toBe(true);
      expect(await agentsgt.list({ q: key.id })).toMatchObject([edited]);
      expect(await agentsgt.outcome(publicKey, ask)).toBe('200 VALID');
    });

    test.each([
      ['example.com', 'https://example.com', '200 VALID'],
      ['example.com', 'https://www.example.com', '403 ORIGIN_NOT_ALLOWED'],
      ['example.com', 'https://notexample.com', '403 ORIGIN_NOT_ALLOWED'],
      ['*.example.com', 'https://www.example.com', '200 VALID'],
      ['*.example.com', 'https://a.b.example.com', '200 VALID'],
      ['*.example.com', 'https://example.com', '403 ORIGIN_NOT_ALLOWED'],
      ['*.example.com', 'https://example.com.evil.example', '403 ORIGIN_NOT_ALLOWED'],
    ])('the domain %s, asked from %s', async (domain, origin, outcome) => {
      const { publicKey, token } = await createPair({ allowedOrigins: [domain] });
      expect(await agentsgt.outcome(publicKey, { origin })).toBe(outcome);
      expect(await agentsgt.outcome(token, { origin })).toBe('200 VALID');
    });

    test('the public half from an allowed domain may do what is publishable, and no more', async () => {
      const { publicKey } = await createPair({ allowedOrigins: ['example.com'] });
      const from = { origin: 'https://example.com' };
      const sending = { ...from, permissions: ['messages:send'] };
      expect(await agentsgt.verify(publicKey, sending)).toMatchObject({
        valid: true,
        permissions: ['messages:send'],
      });
      expect(await agentsgt.outcome(publicKey, { ...from, permissions: ['agents:read'] })).toBe(
        '403 INSUFFICIENT_PERMISSIONS',
      );
    });

    test('all keys of an organization share its limit, and no other does', async () => {
      const organizationId = 'hooli';
      await agentsgt.client.organizations.put(organizationId, { name: 'Hooli' });
      const [one, two] = [
        await createPair({ organizationId }),
        await createPair({ organizationId }),
      ];
      const ask = { cost: 400 };
      expect(await agentsgt.outcome(one.token, ask)).toBe('200 VALID');
      expect(await agentsgt.outcome(two.token, ask)).toBe('200 VALID');
      expect(await agentsgt.verify(one.token, ask)).toMatchObject({
        status: 429,
        code: 'RATE_LIMITED',
        retryAfterSeconds: 60,
        rateLimits: [{ name: 'organization', limit: 1_000, remaining: 200 }],
      });
      const elsewhere = await createPair({ organizationId: 'globex' });
      expect(await agentsgt.outcome(elsewhere.token, ask)).toBe('200 VALID');
    });
  });

  describe('004 the licence platform', () => {
    let licences: Platform;

    beforeAll(async () => {
      licences = await definePlatform(server, 'keymanager');
    });

    const environments = ['production', 'staging', 'development'];
    const production = { environment: 'production' };
    const website = {
      name: 'Main Website Integration',
      permissions: ['license_management', 'customer_read'],
      ...production,
    };

    test('the API is defined as the example says', async () => {
      expect(await licences.client.apis.get('keymanager')).toMatchObject(licences.definition);
    });

    test.each([
      ['production', /^km_prod_[0-9A-Za-z]{48}$/],
      ['staging', /^km_staging_[0-9A-Za-z]{48}$/],
      ['development', /^km_dev_[0-9A-Za-z]{48}$/],
    ])('a key of %s says so in its prefix, and is shown once', async (environment, shape) => {
      const created = await licences.create({ ...website, environment });
      expect(created.secret).toMatch(shape);
      expect(created.key).toMatchObject({ environment, status: 'active' });
      await expectShownOnce(licences, created);
    });

    test.each(environments)('a key of %s opens no other environment', async (environment) => {
      const { key, secret } = await licences.create({ ...website, environment });
      for (const asked of environments) {
        expect(await licences.outcome(secret, { environment: asked })).toBe(
          asked === environment ? '200 VALID' : '401 ENVIRONMENT_MISMATCH',
        );
        expect(await licences.outcome(unknownToken(licences, asked), { environment: asked })).toBe(
          '401 NOT_FOUND',
        );
      }
      const listed = await licences.list({ q: key.id, environment });
      expect(listed).toMatchObject([{ id: key.id, environment }]);
    });

    test('environments are not crossed by omission, by a change or by a name that is not one', async () => {
      const { key, secret } = await licences.create(website);
      expect(await refusalOf(licences.verify(secret))).toBe('400 INVALID_REQUEST /environment');
      const moved = { environment: 'staging' };
      const { status } = await server.call('PATCH', `/v1/keys/${key.id}`, { body: moved });
      expect(status).toBe(400);
      const elsewhere = licences.create({ ...website, environment: 'testing' });
      expect(await refusalOf(elsewhere)).toBe('400 INVALID_REQUEST /environment');
      expect((await licences.client.keys.get(key.id)).environment).toBe('production');
    });

    test('the backend of an environment sees and decides on the keys of that environment alone', async () => {
      const ours = await licences.create({ ...website, environment: 'staging' });
      const theirs = await licences.create(website);
      const { secret } = await licences.client.keys.create({
        apiId: 'claviger',
        organizationId: 'claviger',
        name: 'Staging backend',
        permissions: ['keys:read', 'keys:write', 'keys:verify'],
        resources: { api: ['keymanager'], environment: ['staging'] },
      });
      const backend = clientOf(server, secret);
      expect(await backend.verify({ token: ours.secret })).toMatchObject({ valid: true });
      expect(await backend.verify({ token: theirs.secret })).toMatchObject({
        status: 401,
        code: 'NOT_FOUND',
      });
      expect(await refusalOf(backend.keys.enable(theirs.key.id))).toBe('404 KEY_NOT_FOUND');
      const { data } = await backend.keys.list();
      expect(new Set(data.map(({ environment }) => environment))).toEqual(new Set(['staging']));
    });

    test('the list sums up the permissions, and shows environment, status and last used', async () => {
      const permissions = ['license_management', 'customer_read', 'telemetry_write'];
      const { key, secret } = await licences.create({ ...website, permissions });
      await licences.verify(secret, production);
      const [listed] = await licences.list({ q: key.id });
      expect(listed).toMatchObject({ ...production, status: 'active', lastUsedAt: now() });
      const { permissions: catalog } = await licences.client.apis.get('keymanager');
      const names = listed?.permissions.map((id) => catalog.find((entry) => entry.id === id)?.name);
      expect(names?.join(', ')).toBe('License Management, Customer Read, Telemetry Write');
    });

    test('a key without the permission of the endpoint is refused with 403', async () => {
      const { secret } = await licences.create({ ...website, permissions: ['customer_read'] });
      const ask = (permission: string) => ({ ...production, permissions: [permission] });
      expect(await licences.outcome(secret, ask('customer_read'))).toBe('200 VALID');
      expect(await licences.verify(secret, ask('license_management'))).toMatchObject({
        status: 403,
        code: 'INSUFFICIENT_PERMISSIONS',
        missing: ['license_management'],
      });
      // A key of another environment hears that first, and nothing about permissions.
      const elsewhere = { ...ask('license_management'), environment: 'staging' };
      expect(await licences.outcome(secret, elsewhere)).toBe('401 ENVIRONMENT_MISMATCH');
    });

    test('a key is Active, Inactive or Expired, and the list can be asked for each', async () => {
      const expiresAt = inDays(1);
      const active = await licences.create({ ...website, name: 'Storefront active' });
      const inactive = await licences.create({ ...website, name: 'Storefront inactive' });
      const expired = await licences.create({ ...website, name: 'Storefront expired', expiresAt });
      await licences.client.keys.disable(inactive.key.id);
      await server.advance(DAY_MS);
      for (const [status, { key, secret }, outcome] of [
        ['active', active, '200 VALID'],
        ['inactive', inactive, '401 DISABLED'],
        ['expired', expired, '401 EXPIRED'],
      ] as const) {
        const listed = await licences.list({ q: 'Storefront', status });
        expect(listed).toMatchObject([{ id: key.id, name: `Storefront ${status}`, status }]);
        expect(await licences.outcome(secret, production)).toBe(outcome);
      }
    });

    test('orphaned integrations are found by their last use', async () => {
      const orphaned = await licences.create({ ...website, name: 'Old kiosk' });
      const used = await licences.create({ ...website, name: 'New kiosk' });
      await licences.verify(orphaned.secret, production);
      await server.advance(30 * DAY_MS);
      await licences.verify(used.secret, production);
      expect(await licences.list({ q: 'kiosk', lastUsedBefore: inDays(-1) })).toMatchObject([
        { id: orphaned.key.id, lastUsedAt: inDays(-30) },
      ]);
    });

    test('revoke switches a key off at once, loses no history, and enable brings it back', async () => {
      const { key, secret } = await licences.create(website);
      await licences.verify(secret, production);
      const used = now();
      await server.advance(1_000);
      const reason = 'Perhaps leaked';
      const revoked = await licences.client.keys.revoke(key.id, { reason });
      expect(revoked.effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
      expect(await licences.outcome(secret, production)).toBe('401 DISABLED');
      expect(await refusalOf(clientOf(server, secret).me())).toBe('401 DISABLED');
      expect(await licences.list({ q: key.id, status: 'inactive' })).toMatchObject([
        { ...website, status: 'inactive', revokedAt: now(), revokedReason: reason },
      ]);
      const enabled = await licences.client.keys.enable(key.id);
      expect(enabled.key).toMatchObject({ ...website, status: 'active', revokedAt: null });
      expect(await licences.list({ q: key.id })).toMatchObject([
        { createdAt: key.createdAt, lastUsedAt: used },
      ]);
      expect(await licences.outcome(secret, production)).toBe('200 VALID');
      const events = await auditEvents(server);
      const actions = events.flatMap(({ action, target }) => (target.id === key.id ? action : []));
      expect(actions).toEqual(['key.created', 'key.revoked', 'key.enabled']);
    });

    test('regenerate: a new secret, the old one dead at once, everything else as it was', async () => {
      const { key, secret: old } = await licences.create({
        ...website,
        description: 'Sells in the shop',
        expiresAt: inDays(365),
        ownerId: 'user_42',
        metadata: { plan: 'pro' },
      });
      await server.advance(1_000);
      const { key: after, secret: next, effective } = await licences.client.keys.regenerate(key.id);
      expect(next).toMatch(/^km_prod_[0-9A-Za-z]{48}$/);
      expect(next).not.toBe(old);
      expect(effective).toEqual({ everywhere: true, at: now(), unreachable: [] });
      const { hint, secrets, updatedAt } = after;
      expect(after).toEqual({ ...key, hint, secrets, updatedAt });
      expect(secrets).toMatchObject([{ hint, createdAt: now(), expiresAt: null }]);
      expect(await licences.outcome(old, production)).toBe('401 REVOKED');
      expect(await licences.verify(next, production)).toMatchObject({
        valid: true,
        permissions: website.permissions,
        metadata: { plan: 'pro' },
      });
    });

    test('regenerating a key that was revoked leaves it off until it is enabled', async () => {
      const { key, secret: old } = await licences.create(website);
      await licences.client.keys.revoke(key.id);
      const { key: after, secret } = await licences.client.keys.regenerate(key.id);
      expect(after.status).toBe('inactive');
      expect(await licences.outcome(secret, production)).toBe('401 DISABLED');
      await licences.client.keys.enable(key.id);
      expect(await licences.outcome(secret, production)).toBe('200 VALID');
      expect(await licences.outcome(old, production)).toBe('401 REVOKED');
    });

    test('rate limits are chosen at creation, shown in the list, and raised in the settings', async () => {
      const own = { name: 'requests', limit: 2, windowSeconds: 60 };
      const { key, secret } = await licences.create({ ...website, rateLimits: [own] });
      expect(await licences.list({ q: key.id })).toMatchObject([{ rateLimits: [own] }]);
      expect(await licences.outcome(secret, production)).toBe('200 VALID');
      expect(await licences.outcome(secret, production)).toBe('200 VALID');
      expect(await licences.verify(secret, production)).toMatchObject({
        status: 429,
        code: 'RATE_LIMITED',
        retryAfterSeconds: 60,
      });
      await licences.client.keys.update(key.id, { rateLimits: [{ ...own, limit: 3 }] });
      expect(await licences.outcome(secret, production)).toBe('200 VALID');
      expect(await licences.outcome(secret, production)).toBe('429 RATE_LIMITED');
      const beyond = licences.client.keys.update(key.id, {
        rateLimits: [{ ...own, limit: 6_001 }],
      });
      expect(await refusalOf(beyond)).toBe('400 INVALID_REQUEST /rateLimits/0/limit');
    });

    test('a key without a limit of its own has the one of the platform', async () => {
      const { secret } = await licences.create(website);
      expect(await licences.verify(secret, production)).toMatchObject({
        rateLimits: [{ name: 'requests', limit: 600, remaining: 599 }],
      });
    });

    test('a key scoped to customers is refused for another, and tells its scope to lists', async () => {
      const resources = { customer: ['cus_1', 'cus_2'] };
      const { key, secret } = await licences.create({ ...website, resources });
      const about = (customer: string | string[]) =>
        licences.outcome(secret, { ...production, resources: { customer } });
      expect(await about('cus_1')).toBe('200 VALID');
      expect(await about(['cus_1', 'cus_2'])).toBe('200 VALID');
      expect(await about('cus_3')).toBe('403 RESOURCE_NOT_ALLOWED');
      expect(await about(['cus_1', 'cus_3'])).toBe('403 RESOURCE_NOT_ALLOWED');
      expect(await licences.outcome(secret, production)).toBe('403 RESOURCE_NOT_ALLOWED');
      expect(await licences.verify(secret, { ...production, resources: {} })).toMatchObject({
        valid: true,
        resources,
      });
      expect(await licences.list({ resource: 'customer:cus_2' })).toMatchObject([{ id: key.id }]);
    });

    test('a backend that is bound to an environment creates keys of no other, not even by omission', async () => {
      const { secret } = await licences.client.keys.create({
        apiId: 'claviger',
        organizationId: 'claviger',
        name: 'Development backend',
        permissions: ['keys:write'],
        resources: { api: ['keymanager'], environment: ['development'] },
      });
      const { environment: _, ...fields } = website;
      const create = (more: object) =>
        clientOf(server, secret).keys.create({
          apiId: 'keymanager',
          organizationId: 'acme',
          ...fields,
          ...more,
        });
      expect(await refusalOf(create({}))).toBe('400 INVALID_REQUEST /environment');
      expect(await refusalOf(create(production))).toBe('400 INVALID_REQUEST /environment');
      const { key } = await create({ environment: 'development' });
      expect(key.environment).toBe('development');
    });
  });
});
