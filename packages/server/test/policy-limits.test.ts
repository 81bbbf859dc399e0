import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('rate limits on %s', (database) => {
  let server: TestServer;
  let shops = 0;

  beforeAll(async () => {
    server = await startTestServer({ database });
  });
  afterAll(() => server.stop());

  const open = (...rateLimits: object[]) => openShop(server, `limits-${shops++}`, { rateLimits });
  const perKey = { name: 'all', limit: 5, windowSeconds: 60 };
  const times = async (count: number, shop: Shop, token: string, ask: object = {}) => {
    const codes: string[] = [];
    for (let at = 0; at < count; at++) codes.push((await shop.decide(token, { ...ask })).code);
    return codes;
  };
  const passed = (codes: readonly string[]) => codes.filter((code) => code === 'VALID').length;

  test('a key is let in as often as its limit says, and told when to come back', async () => {
    const shop = await open(perKey);
    const { secret } = await shop.create();
    for (let left = 4; left >= 0; left--) {
      expect((await shop.decide(secret)).rateLimits).toEqual([
        { name: 'all', limit: 5, windowSeconds: 60, remaining: left, resetSeconds: 60 },
      ]);
    }
    await server.advance(10_500);
    expect(await shop.decide(secret)).toMatchObject({
      valid: false,
      code: 'RATE_LIMITED',
      status: 429,
      message: 'Too many requests. Wait as long as Retry-After says.',
      retryAfterSeconds: 50,
      rateLimits: [{ name: 'all', remaining: 0, resetSeconds: 50 }],
    });
    await server.advance(49_499);
    expect(await shop.outcome(secret)).toBe('429 RATE_LIMITED');
    await server.advance(1);
    expect(passed(await times(6, shop, secret))).toBe(5);
  });

  test('each key has its own, and all keys of an organization share those of the organization', async () => {
    const shop = await open(perKey, {
      name: 'organization',
      limit: 8,
      windowSeconds: 60,
      scope: 'organization',
    });
    const [one, two, elsewhere] = [
      await shop.create(),
      await shop.create(),
      await shop.create({ organizationId: 'globex' }),
    ];
    expect(passed(await times(6, shop, one.secret))).toBe(5);
    expect(passed(await times(6, shop, two.secret))).toBe(3);
    expect(passed(await times(6, shop, elsewhere.secret))).toBe(5);
    // The key had room for two more; the organization had not. Nothing was taken then.
    expect(await shop.remaining(two.secret)).toEqual({ all: 2, organization: 0 });
    expect(await shop.remaining(elsewhere.secret)).toEqual({ all: 0, organization: 3 });
  });

  test('the same organization counts apart for each API', async () => {
    const limit = { name: 'organization', limit: 1, windowSeconds: 60, scope: 'organization' };
    const [here, there] = [await open(limit), await open(limit)];
    expect(await here.outcome((await here.create()).secret)).toBe('200 VALID');
    expect(await there.outcome((await there.create()).secret)).toBe('200 VALID');
    expect(await here.outcome((await here.create()).secret)).toBe('429 RATE_LIMITED');
  });

  describe('by access', () => {
    const limits = [
      { name: 'read', limit: 10, windowSeconds: 60, access: 'read' },
      { name: 'write', limit: 10, windowSeconds: 60, access: 'write' },
      { name: 'every', limit: 100, windowSeconds: 60 },
    ];
    const both = { permissions: ['items:read', 'items:write'] };

    test.each([
      ['a reading permission', ['items:read'], both, { read: 9, every: 99 }],
      ['a writing permission', ['items:write'], both, { write: 9, every: 99 }],
      ['one of each', ['items:read', 'items:write'], both, { read: 9, write: 9, every: 99 }],
      ['none', undefined, both, { read: 9, every: 99 }],
      ['an empty list', [], both, { read: 9, every: 99 }],
      [
        'any, of which the first is held',
        { anyOf: ['items:write', 'items:read'] },
        both,
        { write: 9, every: 99 },
      ],
      [
        'any, of which the second is held',
        { anyOf: ['items:write', 'items:read'] },
        { permissions: ['items:read'] },
        { read: 9, every: 99 },
      ],
    ])('%s', async (_, permissions, held, remaining) => {
      const shop = await open(...limits);
      const { secret } = await shop.create(held);
      const { rateLimits } = await shop.decide(secret, { permissions });
      const states = rateLimits.map((state: Answer['body']) => [state.name, state.remaining]);
      expect(Object.fromEntries(states)).toEqual(remaining);
    });

    test('what is spent on reading leaves room for writing', async () => {
      const shop = await open({ ...limits[0], limit: 2 }, { ...limits[1], limit: 1 });
      const { secret } = await shop.create(both);
      const [read, write] = [{ permissions: ['items:read'] }, { permissions: ['items:write'] }];
      expect(passed(await times(3, shop, secret, read))).toBe(2);
      expect(passed(await times(2, shop, secret, write))).toBe(1);
      const either = { permissions: ['items:read', 'items:write'] };
      expect(await shop.outcome(secret, either)).toBe('429 RATE_LIMITED');
    });
  });

  test('a request takes its cost: all of it, nothing of it, or never', async () => {
    const shop = await open(perKey);
    const { secret } = await shop.create();
    expect(await shop.outcome(secret, { cost: 3 })).toBe('200 VALID');
    expect(await shop.outcome(secret, { cost: 3 })).toBe('429 RATE_LIMITED');
    expect(await shop.remaining(secret)).toEqual({ all: 2 });
    expect(await shop.outcome(secret, { cost: 2 })).toBe('200 VALID');
    expect(await shop.outcome(secret, { cost: 0 })).toBe('200 VALID');
    const never = await shop.decide(secret, { cost: 6 });
    expect(never).toMatchObject({
      code: 'RATE_LIMITED',
      message:
        'This request costs more than a limit of this key ever admits. Ask for less in one request.',
    });
    expect(never).not.toHaveProperty('retryAfterSeconds');
  });

  test('several limits are taken all or none', async () => {
    const shop = await open(perKey, { name: 'slow', limit: 2, windowSeconds: 3_600 });
    const { secret } = await shop.create();
    expect(passed(await times(10, shop, secret))).toBe(2);
    expect(await shop.remaining(secret)).toEqual({ all: 3, slow: 0 });
    const refused = await shop.decide(secret);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 3_600 });
  });

  test('a request that is refused for another reason takes nothing', async () => {
    const shop = await open(perKey, {
      name: 'organization',
      limit: 9,
      windowSeconds: 60,
      scope: 'organization',
    });
    const { key, secret, publicKey } = await shop.create({
      kind: 'pair',
      allowedOrigins: ['example.com'],
      allowedIps: ['203.0.113.7'],
      resources: { customer: ['cus_1'] },
    });
    const token = `${publicKey}:${secret}`;
    const fine = { ip: '203.0.113.7', resources: { customer: 'cus_1' } };
    const refused = [
      [token, { ...fine, permissions: ['items:write'] }],
      [token, { ...fine, resources: { customer: 'cus_2' } }],
      [token, { ...fine, ip: '203.0.113.8' }],
      [token, { ...fine, organizationId: 'globex' }],
      [publicKey, fine],
      [secret, fine],
    ];
    for (const [presented, ask] of refused) {
      expect(await shop.outcome(presented, ask)).not.toMatch(/VALID|RATE/);
    }
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/disable`));
    await times(3, shop, token, fine);
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/enable`));
    expect(await shop.remaining(token, fine)).toEqual({ all: 5, organization: 9 });
  });

  test('a public half and the whole pair spend the same limit', async () => {
    const shop = await open(perKey);
    const { secret, publicKey } = await shop.create({
      kind: 'pair',
      allowedOrigins: ['example.com'],
    });
    const ask = { origin: 'https://example.com' };
    expect(passed(await times(3, shop, publicKey, ask))).toBe(3);
    expect(passed(await times(3, shop, `${publicKey}:${secret}`))).toBe(2);
  });

  test('a new secret brings no new limit, and a new key does', async () => {
    const shop = await open(perKey);
    const { key, secret } = await shop.create();
    await times(5, shop, secret);
    const { body } = await server.call('POST', `/v1/keys/${key.id}/rotate`, { body: {} });
    expect(await shop.outcome(body.secret)).toBe('429 RATE_LIMITED');
    const again = await server.call('POST', `/v1/keys/${key.id}/regenerate`, { body: {} });
    expect(await shop.outcome(again.body.secret)).toBe('429 RATE_LIMITED');
    const next = await server.call('POST', `/v1/keys/${key.id}/replace`, { body: {} });
    expect(await shop.outcome(next.body.secret)).toBe('200 VALID');
  });

  describe('of a key', () => {
    const own = { name: 'all', limit: 2, windowSeconds: 30 };

    test('replaces its API’s of the same name and comes on top of the others', async () => {
      const shop = await open(perKey, { name: 'other', limit: 7, windowSeconds: 60 });
      const { key, secret } = await shop.create({
        rateLimits: [own, { name: 'extra', limit: 4, windowSeconds: 1, access: 'read' }],
      });
      expect(key.rateLimits).toEqual([
        own,
        { name: 'extra', limit: 4, windowSeconds: 1, access: 'read' },
      ]);
      expect(await shop.remaining(secret)).toEqual({ all: 2, extra: 4, other: 7 });
      expect(passed(await times(4, shop, secret))).toBe(2);
      await expectStatus(200, shop.patch(key.id, { rateLimits: [] }));
      expect(await shop.remaining(secret)).toEqual({ all: 3, other: 5 });
    });

    test('is no more than the API allows, in whatever window', async () => {
      const shop = await open(perKey);
      await expectStatus(200, shop.define({ rateLimitMax: { limit: 100, windowSeconds: 60 } }));
      const given = (limit: number, windowSeconds: number) =>
        refusal(shop.tryCreate({ rateLimits: [{ name: 'own', limit, windowSeconds }] }));
      expect(await given(100, 60)).toBe('201 ');
      expect(await given(100, 3_600)).toBe('201 ');
      expect(await given(1, 1)).toBe('201 ');
      expect(await given(101, 60)).toBe('400 INVALID_REQUEST /rateLimits/0/limit');
      expect(await given(2, 1)).toBe('400 INVALID_REQUEST /rateLimits/0/limit');
      // Two windows of 59 s begin within some minutes.
      expect(await given(60, 59)).toBe('400 INVALID_REQUEST /rateLimits/0/limit');
      expectFaults(
        await shop.tryCreate({ rateLimits: [{ name: 'own', limit: 101, windowSeconds: 60 }] }),
        {
          pointer: '/rateLimits/0/limit',
          message: '101 in 60 s is more than the API allows a key: 100 in any 60 s',
        },
      );
    });

    test('cannot be its organization’s, nor two of a name', async () => {
      const shop = await open({ ...perKey, name: 'shared', scope: 'organization' });
      expectFaults(
        await shop.tryCreate({
          rateLimits: [
            { name: 'shared', limit: 1, windowSeconds: 1 },
            { name: 'own', limit: 1, windowSeconds: 1 },
            { name: 'own', limit: 2, windowSeconds: 1 },
          ],
        }),
        {
          pointer: '/rateLimits/0/name',
          message:
            '"shared" is a limit of whole organizations, which a key cannot change; use another name',
        },
        { pointer: '/rateLimits/2/name', message: '"own" is set twice' },
      );
      const scoped = { rateLimits: [{ ...own, scope: 'organization' }] };
      expect(await refusal(shop.tryCreate(scoped))).toBe('400 INVALID_REQUEST /rateLimits/0/scope');
    });

    test('stays when the API lowers its maximum, and another change is not refused for it', async () => {
      const shop = await open(perKey);
      const { key, secret } = await shop.create({ rateLimits: [{ ...own, limit: 50 }] });
      await expectStatus(200, shop.define({ rateLimitMax: { limit: 1, windowSeconds: 60 } }));
      const renamed = await expectStatus(200, shop.patch(key.id, { name: 'Renamed website' }));
      expect(renamed.body.key.rateLimits).toEqual([{ ...own, limit: 50 }]);
      expect(await shop.remaining(secret)).toEqual({ all: 50 });
      expect(await refusal(shop.patch(key.id, { rateLimits: [{ ...own, limit: 49 }] }))).toBe(
        '400 INVALID_REQUEST /rateLimits/0/limit',
      );
    });
  });

  test('a changed threshold keeps what was counted, of an API and of a key', async () => {
    const shop = await open({ ...perKey, limit: 10 });
    const { key, secret } = await shop.create();
    await times(6, shop, secret);
    const all = (limit: number) => ({ rateLimits: [{ ...perKey, limit }] });
    await expectStatus(200, shop.define(all(8)));
    expect(await shop.remaining(secret)).toEqual({ all: 2 });
    await expectStatus(200, shop.define(all(5)));
    expect(await shop.remaining(secret)).toEqual({ all: 0 });
    expect(await shop.outcome(secret)).toBe('429 RATE_LIMITED');
    await expectStatus(200, shop.define(all(20)));
    expect(await shop.remaining(secret)).toEqual({ all: 14 });
    await expectStatus(200, shop.patch(key.id, all(7)));
    expect(await shop.remaining(secret)).toEqual({ all: 1 });
  });

  test('of 1,000 requests at once exactly as many pass as the limit says, alone and in batches', async () => {
    const shop = await open({ ...perKey, limit: 100 });
    const { secret } = await shop.create();
    const single = Array.from({ length: 900 }, async () => [(await shop.decide(secret)).code]);
    const verifications = Array.from({ length: 50 }, () => ({ token: secret, apiId: shop.apiId }));
    const batches = [1, 2].map(async () => {
      const answer = server.call('POST', '/v1/keys/verify-batch', { body: { verifications } });
      const { body } = await expectStatus(200, answer);
      return body.data.map(({ code }: { code: string }) => code) as string[];
    });
    const codes = (await Promise.all([...single, ...batches])).flat();
    expect(codes.length).toBe(1_000);
    expect(passed(codes)).toBe(100);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(900);
  });

  test('a key about itself spends nothing', async () => {
    const shop = await open(perKey);
    const { secret } = await shop.create();
    for (let at = 0; at < 7; at++) {
      await expectStatus(200, server.call('GET', '/v1/me', { key: secret }));
    }
    expect(await shop.remaining(secret)).toEqual({ all: 5 });
  });
});
