import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, SHOP, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

let server: TestServer;
let shop: Shop;

const many = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));
const permission = (at: number) => `p${at}:use`;
const types = many(21, (at) => `type${at}`);

beforeAll(async () => {
  server = await startTestServer();
  shop = await openShop(server, 'bounds', {
    permissions: [
      ...SHOP.permissions,
      ...many(65, (at) => ({ id: permission(at), name: `Permission ${at}` })),
    ],
    resourceTypes: types.slice(0, 20).map((id) => ({ id, name: id })),
  });
});
afterAll(() => server.stop());

const limit = (at: number) => ({ name: `limit-${at}`, limit: 1, windowSeconds: 1 });
const bytes = (size: number) => ({ text: 'x'.repeat(size - '{"text":""}'.length) });

type Fields = Record<string, unknown>;

/** Of each field: how much is accepted, how much is not, and where it says so. */
const bounds: [string, Fields, Fields, string, string][] = [
  [
    '64 permissions',
    { permissions: many(64, permission) },
    { permissions: many(65, permission) },
    '/permissions',
    'must have at most 64 entries',
  ],
  [
    '50 origins',
    { kind: 'pair', allowedOrigins: many(50, (at) => `site${at}.example`) },
    { kind: 'pair', allowedOrigins: many(51, (at) => `site${at}.example`) },
    '/allowedOrigins',
    'must have at most 50 entries',
  ],
  [
    '100 addresses',
    { allowedIps: many(100, (at) => `10.${at}.0.0/16`) },
    { allowedIps: many(101, (at) => `10.${at}.0.0/16`) },
    '/allowedIps',
    'must have at most 100 entries',
  ],
  [
    '100 resources of a type',
    { resources: { type0: many(100, (at) => `res_${at}`) } },
    { resources: { type0: many(101, (at) => `res_${at}`) } },
    '/resources/type0',
    'must have at most 100 entries',
  ],
  [
    '20 types of resource',
    { resources: Object.fromEntries(types.slice(0, 20).map((type) => [type, ['r']])) },
    { resources: Object.fromEntries(types.map((type) => [type, ['r']])) },
    '/resources',
    'must not name more than 20 types',
  ],
  [
    '16 limits',
    { rateLimits: many(16, limit) },
    { rateLimits: many(17, limit) },
    '/rateLimits',
    'must have at most 16 entries',
  ],
  [
    '4 KiB of metadata',
    { metadata: bytes(4_096) },
    { metadata: bytes(4_097) },
    '/metadata',
    'must not exceed 4 KiB of JSON',
  ],
  [
    'a name of 100 characters',
    { name: 'n'.repeat(100) },
    { name: 'n'.repeat(101) },
    '/name',
    'must have at most 100 characters',
  ],
  [
    'a description of 500 characters',
    { description: 'd'.repeat(500) },
    { description: 'd'.repeat(501) },
    '/description',
    'must have at most 500 characters',
  ],
  [
    'a window of 30 days',
    { rateLimits: [{ ...limit(0), windowSeconds: 2_592_000 }] },
    { rateLimits: [{ ...limit(0), windowSeconds: 2_592_001 }] },
    '/rateLimits/0/windowSeconds',
    'must be at most 2592000',
  ],
  [
    'a limit of a thousand millions',
    { rateLimits: [{ ...limit(0), limit: 1e9 }] },
    { rateLimits: [{ ...limit(0), limit: 1e9 + 1 }] },
    '/rateLimits/0/limit',
    'must be at most 1000000000',
  ],
];

describe('a key', () => {
  test.each(bounds)('has %s at most', async (_, most, tooMuch, pointer, message) => {
    const { key } = await shop.create(most);
    expect(await shop.get(key.id)).toMatchObject(most);
    expectFaults(await shop.tryCreate(tooMuch), { pointer, message });
  });

  test.each(bounds)('is changed to %s at most', async (_, most, tooMuch, pointer, message) => {
    const { kind = 'secret', ...fields } = most as { kind?: string };
    const { kind: _kind, ...beyond } = tooMuch as { kind?: string };
    const { key } = await shop.create({ kind });
    const changed = await expectStatus(200, shop.patch(key.id, fields));
    expect(changed.body.key).toMatchObject(fields);
    const before = await shop.get(key.id);
    expectFaults(await shop.patch(key.id, beyond), { pointer, message });
    expect(await shop.get(key.id)).toEqual(before);
  });
});

test.each([
  ['17 limits', { rateLimits: many(17, limit) }, '/rateLimits', 'must have at most 16 entries'],
  [
    'two limits of a name',
    { rateLimits: [limit(0), limit(0)] },
    '/rateLimits/1/name',
    '"limit-0" is defined twice',
  ],
  [
    '21 types of resource',
    { resourceTypes: types.map((id) => ({ id, name: id })) },
    '/resourceTypes',
    'must have at most 20 entries',
  ],
  [
    'a type of resource twice',
    { resourceTypes: [types[0], types[0]].map((id) => ({ id, name: 'Type' })) },
    '/resourceTypes/1/id',
    '"type0" is defined twice',
  ],
  [
    'a limit of nothing',
    { rateLimits: [{ ...limit(0), limit: 0 }] },
    '/rateLimits/0/limit',
    'must be at least 1',
  ],
  [
    'a window of no time',
    { rateLimitMax: { limit: 1, windowSeconds: 0 } },
    '/rateLimitMax/windowSeconds',
    'must be at least 1',
  ],
  [
    'a limit with a name that cannot stand in a header',
    { rateLimits: [{ ...limit(0), name: 'per "key"' }] },
    '/rateLimits/0/name',
    'must match ^[a-z0-9][a-z0-9_-]{0,62}$',
  ],
])('a definition with %s is refused', async (_, fields, pointer, message) => {
  expectFaults(await shop.define(fields), { pointer, message });
});

test('a key names types of resource that its API declares', async () => {
  expectFaults(await shop.tryCreate({ resources: { planet: ['mars'] } }), {
    pointer: '/resources/planet',
    message: `"planet" is not a resource type of the API, which has ${types.slice(0, 20).join(', ')}`,
  });
});
