import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from './harness/audit.ts';
import { expectFaults } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('credits on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'credits');
  });
  afterAll(() => server.stop());

  const withCredits = (remaining: number, refill: object | null = null) =>
    shop.create({ credits: { remaining, refill } });
  const creditsOf = async (id: string) => (await shop.get(id)).credits;
  const until = (moment: string) => server.advance(Date.parse(moment) - server.clock.now());

  test('each verification takes its cost, and the key shows what remains', async () => {
    const { key, secret } = await withCredits(5);
    expect(key.credits).toEqual({ remaining: 5, refill: null });
    expect(await shop.decide(secret)).toMatchObject({ valid: true, credits: { remaining: 4 } });
    expect(await shop.decide(secret, { cost: 3 })).toMatchObject({ credits: { remaining: 1 } });
    expect(await shop.decide(secret, { cost: 0 })).toMatchObject({ credits: { remaining: 1 } });
    expect(await creditsOf(key.id)).toEqual({ remaining: 1, refill: null });
  });

  test('too few of them are a 429 that takes nothing and says that waiting is in vain', async () => {
    const { secret } = await withCredits(2);
    const refused = await shop.decide(secret, { cost: 3 });
    expect(refused).toMatchObject({
      valid: false,
      code: 'QUOTA_EXCEEDED',
      status: 429,
      message:
        'The credits of this key do not suffice. They are not refilled; an administrator can add more.',
      credits: { remaining: 2 },
    });
    expect(refused).not.toHaveProperty('retryAfterSeconds');
    expect(await shop.outcome(secret, { cost: 2 })).toBe('200 VALID');
    expect(await shop.outcome(secret)).toBe('429 QUOTA_EXCEEDED');
  });

  test('a key without credits is not told of any', async () => {
    const { key, secret } = await shop.create();
    expect(key.credits).toBeNull();
    expect(await shop.decide(secret)).not.toHaveProperty('credits');
  });

  test('of 1,000 requests at once exactly as many pass as there are credits', async () => {
    const { key, secret } = await withCredits(100);
    const decided = await Promise.all(Array.from({ length: 1_000 }, () => shop.decide(secret)));
    expect(decided.filter(({ valid }) => valid)).toHaveLength(100);
    expect(decided.filter(({ code }) => code === 'QUOTA_EXCEEDED')).toHaveLength(900);
    // Each of those that passed was told another number: none was given out twice.
    const told = decided.filter(({ valid }) => valid).map(({ credits }) => credits.remaining);
    expect(new Set(told).size).toBe(100);
    expect(await creditsOf(key.id)).toEqual({ remaining: 0, refill: null });
  });

  test('they are refilled with each UTC day, and the refusal says when', async () => {
    const refill = { amount: 3, interval: 'day' };
    const { key, secret } = await withCredits(1, refill);
    expect(await shop.outcome(secret)).toBe('200 VALID');
    const midnight = new Date(server.clock.now());
    midnight.setUTCHours(24, 0, 0, 0);
    const left = Math.ceil((midnight.getTime() - server.clock.now()) / 1_000);
    expect(await shop.decide(secret)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'The credits of this key do not suffice.',
      retryAfterSeconds: left,
    });
    await server.advance(midnight.getTime() - server.clock.now() - 1);
    expect(await shop.outcome(secret)).toBe('429 QUOTA_EXCEEDED');
    await server.advance(1);
    // Also where nobody has taken any since.
    expect(await creditsOf(key.id)).toEqual({ remaining: 3, refill });
    expect(await shop.decide(secret)).toMatchObject({ credits: { remaining: 2 } });
    // Days without requests do not add up.
    await server.advance(5 * 86_400_000);
    expect(await shop.decide(secret)).toMatchObject({ credits: { remaining: 2 } });
  });

  test('they are refilled with the first day of each month', async () => {
    await until('2027-01-31T23:59:58.500Z');
    const { key, secret } = await withCredits(0, { amount: 10, interval: 'month' });
    expect(await shop.decide(secret)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      retryAfterSeconds: 2,
    });
    await server.advance(1_500);
    expect(await shop.decide(secret, { cost: 4 })).toMatchObject({ credits: { remaining: 6 } });
    await until('2027-02-28T23:59:59.999Z');
    expect((await creditsOf(key.id)).remaining).toBe(6);
    await server.advance(1);
    expect((await creditsOf(key.id)).remaining).toBe(10);
  });

  test('a request that is refused for another reason takes none', async () => {
    const { secret } = await withCredits(5);
    expect(await shop.outcome(secret, { permissions: ['items:write'] })).toBe(
      '403 INSUFFICIENT_PERMISSIONS',
    );
    expect(await shop.remaining(secret)).toEqual({ credits: 5 });
  });

  test('a spent limit takes no credits, and missing credits give the limits back', async () => {
    const limited = await openShop(server, 'limited', {
      rateLimits: [
        { name: 'all', limit: 3, windowSeconds: 60 },
        { name: 'organization', limit: 9, windowSeconds: 60, scope: 'organization' },
      ],
    });
    const many = await limited.create({ credits: { remaining: 9 } });
    for (let at = 0; at < 5; at++) await limited.decide(many.secret);
    expect(await limited.remaining(many.secret)).toEqual({ all: 0, organization: 6, credits: 6 });
    const few = await limited.create({ credits: { remaining: 1 } });
    expect(await limited.outcome(few.secret)).toBe('200 VALID');
    for (let at = 0; at < 5; at++) {
      expect(await limited.decide(few.secret)).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        rateLimits: [
          { name: 'all', remaining: 2 },
          { name: 'organization', remaining: 5 },
        ],
      });
    }
    expect(await limited.remaining(few.secret)).toEqual({ all: 2, organization: 5, credits: 0 });
  });

  test('a change sets them, gives them to a key that had none, and takes them away', async () => {
    const { key, secret } = await shop.create();
    const change = async (credits: object | null) => {
      const { body } = await expectStatus(200, shop.patch(key.id, { credits }));
      return body.key.credits;
    };
    expect(await change({ remaining: 1 })).toEqual({ remaining: 1, refill: null });
    expect(await shop.outcome(secret)).toBe('200 VALID');
    expect(await shop.outcome(secret)).toBe('429 QUOTA_EXCEEDED');
    // To what it was set before: it is spent meanwhile, so this is a change.
    expect(await change({ remaining: 1 })).toEqual({ remaining: 1, refill: null });
    expect(await shop.outcome(secret)).toBe('200 VALID');
    expect(await shop.outcome(secret)).toBe('429 QUOTA_EXCEEDED');
    expect(await change(null)).toBeNull();
    expect(await shop.decide(secret)).not.toHaveProperty('credits');
    const events = (await auditEvents(server)).filter((event) => event.target.id === key.id);
    expect(events.map((event) => (event.after as { credits: unknown }).credits)).toEqual([
      null,
      { remaining: 1, refill: null },
      { remaining: 1, refill: null },
      null,
    ]);
  });

  test('another change leaves them as they are, and so does a new secret', async () => {
    const { key, secret } = await withCredits(5, { amount: 50, interval: 'month' });
    await shop.decide(secret);
    const { body } = await expectStatus(200, shop.patch(key.id, { name: 'Renamed website' }));
    expect(body.key.credits.remaining).toBe(4);
    const rotated = await expectStatus(
      200,
      server.call('POST', `/v1/keys/${key.id}/rotate`, { body: {} }),
    );
    expect(rotated.body.key.credits.remaining).toBe(4);
    expect(await shop.decide(rotated.body.secret)).toMatchObject({ credits: { remaining: 3 } });
    expect(await shop.decide(secret)).toMatchObject({ credits: { remaining: 2 } });
  });

  test('a replacement says what it begins with, so that nothing is there twice', async () => {
    const { key } = await withCredits(5);
    const replace = (body: object) => server.call('POST', `/v1/keys/${key.id}/replace`, { body });
    expectFaults(await replace({}), {
      pointer: '/credits',
      message:
        'is required: the old key keeps its own until it is revoked; say what the new one begins with, or null for no quota',
    });
    const next = await expectStatus(201, replace({ credits: { remaining: 2 } }));
    expect(next.body.key.credits).toEqual({ remaining: 2, refill: null });
    expect((await creditsOf(key.id)).remaining).toBe(5);
    expect((await expectStatus(201, replace({ credits: null }))).body.key.credits).toBeNull();
  });

  test.each([
    [{ remaining: -1 }, '/credits/remaining'],
    [{ remaining: 1.5 }, '/credits/remaining'],
    [{ remaining: 1e13 }, '/credits/remaining'],
    [{}, '/credits/remaining'],
    [{ remaining: 1, refill: { amount: 0, interval: 'day' } }, '/credits/refill/amount'],
    [{ remaining: 1, refill: { amount: 1, interval: 'week' } }, '/credits/refill/interval'],
    [{ remaining: 1, spent: 1 }, '/credits/spent'],
    [7, '/credits'],
  ])('%j are no credits', async (credits, pointer) => {
    expect(await refusal(shop.tryCreate({ credits }))).toBe(`400 INVALID_REQUEST ${pointer}`);
  });
});
