import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('addresses on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'addresses');
  });
  afterAll(() => server.stop());

  const listed = (...allowedIps: string[]) => shop.create({ allowedIps });

  test.each([
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '::ffff:203.0.113.7', true],
    ['203.0.113.7', '203.0.113.70', false],
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db8:ffff::9', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['::/1', '10.0.0.1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ])('%s and a request from %s', async (entry, ip, matches) => {
    const { secret } = await listed(entry);
    expect(await shop.outcome(secret, { ip })).toBe(matches ? '200 VALID' : '403 IP_NOT_ALLOWED');
  });

  test('a key with a list is refused where the address is not said', async () => {
    const { secret } = await listed('203.0.113.7');
    expect(await shop.outcome(secret)).toBe('403 IP_NOT_ALLOWED');
    const { body } = await server.call('POST', '/v1/keys/verify', {
      body: { token: secret, apiId: shop.apiId, ip: 'unknown' },
    });
    expect(body.errors).toEqual([{ pointer: '/ip', message: expect.any(String) }]);
  });

  test('the list holds every kind of key, and the origin is looked at first', async () => {
    const fields = { allowedIps: ['203.0.113.7'], allowedOrigins: ['example.com'] };
    const { publicKey, secret } = await shop.create({ kind: 'pair', ...fields });
    const [here, there] = [{ ip: '203.0.113.7' }, { ip: '203.0.113.8' }];
    const origin = 'https://example.com';
    expect(await shop.outcome(`${publicKey}:${secret}`, here)).toBe('200 VALID');
    expect(await shop.outcome(`${publicKey}:${secret}`, there)).toBe('403 IP_NOT_ALLOWED');
    expect(await shop.outcome(publicKey, { ...here, origin })).toBe('200 VALID');
    expect(await shop.outcome(publicKey, { ...there, origin })).toBe('403 IP_NOT_ALLOWED');
    expect(await shop.outcome(publicKey, there)).toBe('403 ORIGIN_NOT_ALLOWED');
  });

  test('a change of the list holds at once, and an empty one lets everyone in', async () => {
    const { key, secret } = await listed('203.0.113.7');
    const ask = { ip: '198.51.100.1' };
    expect(await shop.outcome(secret, ask)).toBe('403 IP_NOT_ALLOWED');
    await expectStatus(200, shop.patch(key.id, { allowedIps: ['198.51.100.0/24'] }));
    expect(await shop.outcome(secret, ask)).toBe('200 VALID');
    expect(await shop.outcome(secret, { ip: '203.0.113.7' })).toBe('403 IP_NOT_ALLOWED');
    await expectStatus(200, shop.patch(key.id, { allowedIps: [] }));
    expect(await shop.outcome(secret)).toBe('200 VALID');
  });

  test('a key asks about itself from its addresses only', async () => {
    const near = await listed('127.0.0.0/8', '::1');
    const far = await listed('203.0.113.7');
    await expectStatus(200, server.call('GET', '/v1/me', { key: near.secret }));
    const forged = { 'x-forwarded-for': '203.0.113.7' };
    expectProblem(
      await server.call('GET', '/v1/me', { key: far.secret, headers: forged }),
      'IP_NOT_ALLOWED',
    );
  });

  test('entries are kept in the form they are compared in', async () => {
    const { key } = await listed('::FFFF:203.0.113.7', '2001:DB8:0::1/128', '10.0.0.0/8');
    expect(key.allowedIps).toEqual(['203.0.113.7', '2001:db8::1', '10.0.0.0/8']);
    expect((await shop.get(key.id)).allowedIps).toEqual(key.allowedIps);
  });

  test.each(['0.0.0.0/0', '::/0', '10.0.0.1/8', '010.0.0.1', '1.2.3', 'fe80::1%eth0', 'a', ''])(
    '"%s" is no entry',
    async (entry) => {
      const refused = await refusal(shop.tryCreate({ allowedIps: ['203.0.113.7', entry] }));
      expect(refused).toBe('400 INVALID_REQUEST /allowedIps/1');
    },
  );

  test('a block that does not begin at its first address is refused with what was meant', async () => {
    expectFaults(await shop.tryCreate({ allowedIps: ['10.0.0.1/8'] }), {
      pointer: '/allowedIps/0',
      message:
        'must begin with the first address of the block: write 10.0.0.0/8, or 10.0.0.1 for that address alone',
    });
  });
});
