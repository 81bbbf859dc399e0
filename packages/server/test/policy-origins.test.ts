import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { expectStatus, withoutUses } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('origins on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'origins');
  });
  afterAll(() => server.stop());

  const page = 'https://app.example.com';
  const publishable = (allowedOrigins: string[]) =>
    shop.create({ kind: 'publishable', allowedOrigins });
  const pair = (allowedOrigins: string[] = []) => shop.create({ kind: 'pair', allowedOrigins });

  test.each([
    ['app.example.com', page, true],
    ['app.example.com', 'http://app.example.com', true],
    ['app.example.com', 'https://app.example.com:443', true],
    ['app.example.com', 'https://app.example.com:8443', false],
    ['app.example.com', 'https://example.com', false],
    ['app.example.com', 'https://app.example.com.evil.example', false],
    ['app.example.com', 'https://evilapp.example.com', false],
    ['app.example.com', `${page}/`, false],
    ['app.example.com', `${page}, https://evil.example`, false],
    ['*.example.com', page, true],
    ['*.example.com', 'https://a.b.example.com', true],
    ['*.example.com', 'https://example.com', false],
    ['*.example.com', 'https://evilexample.com', false],
    ['http://localhost:3000', 'http://localhost:3000', true],
    ['http://localhost:3000', 'https://localhost:3000', false],
    ['http://localhost:3000', 'http://localhost', false],
    ['http://localhost:3000', 'http://localhost:30001', false],
    ['bücher.example', 'https://xn--bcher-kva.example', true],
    ['*.amazonaws.com', 'https://anyone.s3.amazonaws.com', false],
    ['capacitor://localhost', 'capacitor://localhost', true],
  ])('%s and a request from %s', async (entry, origin, matches) => {
    const expected = matches ? '200 VALID' : '403 ORIGIN_NOT_ALLOWED';
    const open = await publishable([entry]);
    expect(await shop.outcome(open.publicKey, { origin })).toBe(expected);
    const half = await pair([entry]);
    expect(await shop.outcome(half.publicKey, { origin })).toBe(expected);
  });

  test('what is public comes from nowhere without an origin, and from no opaque one', async () => {
    const { publicKey } = await publishable(['app.example.com', 'http://localhost:3000']);
    for (const ask of [{}, { origin: null }, { origin: 'null' }, { origin: '' }]) {
      expect(await shop.outcome(publicKey, ask)).toBe('403 ORIGIN_NOT_ALLOWED');
    }
  });

  test('a pair with its secret, and a secret key, come from anywhere', async () => {
    const { publicKey, secret } = await pair(['app.example.com']);
    const alone = await shop.create();
    for (const origin of [page, 'https://elsewhere.example', 'null', null]) {
      expect(await shop.outcome(`${publicKey}:${secret}`, { origin })).toBe('200 VALID');
      expect(await shop.outcome(alone.secret, { origin })).toBe('200 VALID');
    }
    expect(await shop.outcome(`${publicKey}:${secret}`)).toBe('200 VALID');
  });

  test('a public half without a list has no origin, and gets one by a change', async () => {
    const { key, publicKey } = await pair();
    expect(await shop.outcome(publicKey, { origin: page })).toBe('403 ORIGIN_NOT_ALLOWED');
    const { body } = await expectStatus(
      200,
      shop.patch(key.id, { allowedOrigins: ['*.example.com'] }),
    );
    expect(body.effective.everywhere).toBe(true);
    expect(await shop.outcome(publicKey, { origin: page })).toBe('200 VALID');
    await expectStatus(200, shop.patch(key.id, { allowedOrigins: [] }));
    expect(await shop.outcome(publicKey, { origin: page })).toBe('403 ORIGIN_NOT_ALLOWED');
  });

  test('the Referer is never read, and the Origin header of a request is', async () => {
    const { key, publicKey } = await publishable(['app.example.com']);
    const me = (headers: Record<string, string>) =>
      server.call('GET', '/v1/me', { key: publicKey, headers });
    expectProblem(await me({ referer: `${page}/chat` }), 'ORIGIN_NOT_ALLOWED');
    expectProblem(await me({}), 'ORIGIN_NOT_ALLOWED');
    const lying = { referer: `${page}/chat`, origin: 'https://evil.example' };
    expectProblem(await me(lying), 'ORIGIN_NOT_ALLOWED');
    const answer = await expectStatus(200, me({ origin: page }));
    expect(withoutUses(answer.body)).toEqual(key);
  });

  test('entries are kept in the form they are compared in', async () => {
    const { key } = await publishable([
      'App.Example.COM.',
      '*.BÜCHER.example',
      'HTTPS://Example.com:443',
      'http://[2001:DB8::0:1]:3000',
    ]);
    expect(key.allowedOrigins).toEqual([
      'app.example.com',
      '*.xn--bcher-kva.example',
      'https://example.com',
      'http://[2001:db8::1]:3000',
    ]);
    expect((await shop.get(key.id)).allowedOrigins).toEqual(key.allowedOrigins);
  });

  test.each([
    '*',
    '*.com',
    '*.github.io',
    '*.co.uk',
    'null',
    'https://example.com/',
    'https://example.com/path',
    'https://user@example.com',
    'example.com:3000',
    '*example.com*',
    'app.*.com',
    'file:///etc',
    'javascript:alert(1)',
    'exa mple.com',
    '',
  ])('"%s" is no entry', async (entry) => {
    const fields = { kind: 'publishable', allowedOrigins: ['app.example.com', entry] };
    expect(await refusal(shop.tryCreate(fields))).toBe('400 INVALID_REQUEST /allowedOrigins/1');
    const { key } = await pair();
    expect(await refusal(shop.patch(key.id, { allowedOrigins: [entry] }))).toBe(
      '400 INVALID_REQUEST /allowedOrigins/0',
    );
    expect((await shop.get(key.id)).allowedOrigins).toEqual([]);
  });

  test('a wildcard on a public suffix is refused with the reason and the remedy', async () => {
    expectFaults(await shop.tryCreate({ kind: 'publishable', allowedOrigins: ['*.github.io'] }), {
      pointer: '/allowedOrigins/0',
      message:
        'must not be a wildcard on github.io, a public suffix: its subdomains belong to others; write *. and a domain of your own, such as *.example.com',
    });
  });

  test('two spellings of one entry are refused', async () => {
    expectFaults(
      await shop.tryCreate({ kind: 'pair', allowedOrigins: ['Example.com', 'example.com'] }),
      { pointer: '/allowedOrigins/1', message: 'is the same as "Example.com"' },
    );
  });

  test('a secret key takes no origins, because they would not hold it', async () => {
    expect(await refusal(shop.tryCreate({ allowedOrigins: ['example.com'] }))).toBe(
      '400 INVALID_REQUEST /allowedOrigins',
    );
  });
});
