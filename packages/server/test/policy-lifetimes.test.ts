import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

describe.each(['sqlite', 'postgres'] as const)('lifetimes on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'lifetimes', { expiry: { defaultDays: 30, maxDays: 90 } });
  });
  afterAll(() => server.stop());

  const iso = (ms: number) => new Date(ms).toISOString();
  const inDays = (days: number) => iso(server.clock.now() + days * DAY_MS);
  const rotate = async (id: string, overlapSeconds: number) => {
    const body = { overlapSeconds };
    const answer = await expectStatus(200, server.call('POST', `/v1/keys/${id}/rotate`, { body }));
    return answer.body;
  };

  test('a life is the default unless it is asked for, and no longer than the maximum', async () => {
    expect((await shop.create()).key.expiresAt).toBe(inDays(30));
    expect((await shop.create({ expiresAt: inDays(90) })).key.expiresAt).toBe(inDays(90));
    const latest = inDays(90);
    expectFaults(await shop.tryCreate({ expiresAt: iso(Date.parse(latest) + 1) }), {
      pointer: '/expiresAt',
      message: `must not be later than ${latest}: keys of this API live 90 days at most`,
    });
    expectFaults(await shop.tryCreate({ expiresAt: null }), {
      pointer: '/expiresAt',
      message: 'must not be null: keys of this API live 90 days at most',
    });
  });

  test('the maximum counts from the creation, however often the key is changed', async () => {
    const { key, secret } = await shop.create();
    const latest = inDays(90);
    await server.advance(20 * DAY_MS);
    expect(await refusal(shop.patch(key.id, { expiresAt: inDays(71) }))).toBe(
      '400 INVALID_REQUEST /expiresAt',
    );
    expect(await refusal(shop.patch(key.id, { expiresAt: null }))).toBe(
      '400 INVALID_REQUEST /expiresAt',
    );
    const { body } = await expectStatus(200, shop.patch(key.id, { expiresAt: latest }));
    expect(body.key.expiresAt).toBe(latest);
    await server.advance(70 * DAY_MS - 1);
    expect(await shop.outcome(secret)).toBe('200 VALID');
    await server.advance(1);
    expect(await shop.outcome(secret)).toBe('401 EXPIRED');
    expect(await refusal(shop.patch(key.id, { expiresAt: inDays(1) }))).toBe(
      '400 INVALID_REQUEST /expiresAt',
    );
  });

  test('an end in the past is refused: revoking says what it does', async () => {
    const { key } = await shop.create();
    for (const expiresAt of [iso(server.clock.now()), inDays(-1)]) {
      expect(await refusal(shop.patch(key.id, { expiresAt }))).toBe(
        '400 INVALID_REQUEST /expiresAt',
      );
      expect(await refusal(shop.tryCreate({ expiresAt }))).toBe('400 INVALID_REQUEST /expiresAt');
    }
  });

  test('rotation and regeneration never extend the life', async () => {
    const { key, secret } = await shop.create({ expiresAt: inDays(2) });
    await server.advance(DAY_MS);
    const first = await rotate(key.id, 30 * 86_400);
    expect(first.key.expiresAt).toBe(key.expiresAt);
    const path = `/v1/keys/${key.id}/regenerate`;
    await server.advance(DAY_MS - 1);
    expect(await shop.outcome(secret)).toBe('200 VALID');
    const second = await expectStatus(200, server.call('POST', path, { body: {} }));
    expect(second.body.key.expiresAt).toBe(key.expiresAt);
    expect(await shop.outcome(second.body.secret)).toBe('200 VALID');
    await server.advance(1);
    expect(await shop.outcome(second.body.secret)).toBe('401 EXPIRED');
    expect(await refusal(server.call('POST', path, { body: {} }))).toBe('409 KEY_EXPIRED');
    const again = server.call('POST', `/v1/keys/${key.id}/rotate`, { body: {} });
    expect(await refusal(again)).toBe('409 KEY_EXPIRED');
  });

  test('an overlap ends to the millisecond, and several run beside each other', async () => {
    const { key, secret: first } = await shop.create();
    const second = await rotate(key.id, 100);
    await server.advance(10_000);
    const third = await rotate(key.id, 30);
    await server.advance(10_000);
    const fourth = await rotate(key.id, 600);
    const tokens = [first, second.secret, third.secret, fourth.secret];
    const outcomes = () => Promise.all(tokens.map((token) => shop.outcome(token)));
    // The overlaps of the first and the second end at 40 s, by the shorter of what was asked for.
    expect(fourth.key.secrets).toHaveLength(4);
    expect(await outcomes()).toEqual(Array(4).fill('200 VALID'));
    await server.advance(19_999);
    expect(await outcomes()).toEqual(Array(4).fill('200 VALID'));
    await server.advance(1);
    const over = '401 EXPIRED';
    expect(await outcomes()).toEqual([over, over, '200 VALID', '200 VALID']);
    await server.advance(579_999);
    expect(await outcomes()).toEqual([over, over, '200 VALID', '200 VALID']);
    await server.advance(1);
    expect(await outcomes()).toEqual([over, over, over, '200 VALID']);
  });

  test('a key begins to the millisecond', async () => {
    const notBefore = inDays(1);
    const { secret, key } = await shop.create({ notBefore });
    expect(key.status).toBe('inactive');
    await server.advance(DAY_MS - 1);
    expect(await shop.outcome(secret)).toBe('401 NOT_YET_VALID');
    await server.advance(1);
    expect(await shop.outcome(secret)).toBe('200 VALID');
    expect((await shop.get(key.id)).status).toBe('active');
    const reversed = { notBefore: inDays(3), expiresAt: inDays(3) };
    expect(await refusal(shop.tryCreate(reversed))).toBe('400 INVALID_REQUEST /notBefore');
  });

  test('a definition that shortens lives leaves those there are', async () => {
    const loose = await openShop(server, 'loose');
    const { key, secret } = await loose.create();
    expect(key.expiresAt).toBeNull();
    await expectStatus(200, loose.define({ expiry: { maxDays: 1 } }));
    await server.advance(2 * DAY_MS);
    expect(await loose.outcome(secret)).toBe('200 VALID');
    await expectStatus(200, loose.patch(key.id, { name: 'Renamed website' }));
    expect((await loose.create()).key.expiresAt).toBe(inDays(1));
  });
});
