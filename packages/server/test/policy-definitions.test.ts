import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, SHOP, type Shop } from './harness/shop.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('a new definition on %s', (database) => {
  let server: TestServer;
  let shop: Shop;
  let scoped: string;
  let published: string;

  beforeAll(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'defined');
    scoped = (await shop.create({ resources: { customer: ['cus_1'] } })).key.id;
    const open = { kind: 'publishable', allowedOrigins: ['example.com'] };
    published = (await shop.create({ ...open, permissions: ['chat:send'] })).key.id;
  });
  afterAll(() => server.stop());

  const refused = async (fields: Record<string, unknown>, pointer: string, message: string) => {
    expectProblem(await shop.define(fields), 'STILL_IN_USE', { errors: [{ pointer, message }] });
    const { body } = await server.call('GET', '/v1/apis/defined');
    expect(body).toMatchObject(SHOP);
  };

  test('that drops a type of resource names the keys that are scoped to it', () =>
    refused(
      { resourceTypes: [SHOP.resourceTypes[1]] },
      '/resourceTypes',
      `1 key names "customer", which the new definition lacks: ${scoped}`,
    ));

  test('that stops publishing a permission names the publishable keys that hold it', () =>
    refused(
      {
        permissions: SHOP.permissions.map((permission) => ({
          ...permission,
          publishable: permission.id === 'items:read',
        })),
      },
      '/permissions',
      `1 key publishes "chat:send", which the new definition lacks: ${published}`,
    ));

  test('that drops a kind of key names the keys of that kind', () => {
    const { publishable: _, ...formats } = SHOP.formats;
    const lacks = `1 key has the kind "publishable", which the new definition lacks: ${published}`;
    return refused({ formats }, '/formats', lacks);
  });

  test('names few of many, and says how many there are', async () => {
    for (let at = 0; at < 7; at++) await shop.create({ resources: { node: [`node_${at}`] } });
    const answer = await shop.define({ resourceTypes: [SHOP.resourceTypes[0]] });
    expectProblem(answer, 'STILL_IN_USE');
    expect(answer.body.errors).toEqual([
      {
        pointer: '/resourceTypes',
        message: expect.stringMatching(
          /^7 keys name "node", which the new definition lacks: (?:key_\w{22}, ){4}key_\w{22} and 2 more$/,
        ),
      },
    ]);
  });

  test('may drop what no key uses, and what the keys stopped using', async () => {
    const spare = await openShop(server, 'spare');
    const { key } = await spare.create({ resources: { customer: ['cus_1'] } });
    await expectStatus(200, spare.define({ resourceTypes: [SHOP.resourceTypes[0]] }));
    await expectStatus(200, spare.patch(key.id, { resources: {} }));
    await expectStatus(200, spare.define({ resourceTypes: [] }));
  });

  test('may change limits whatever keys there are', async () => {
    const rateLimits = [{ name: 'all', limit: 1, windowSeconds: 1 }];
    await expectStatus(
      200,
      shop.define({ rateLimits, rateLimitMax: { limit: 1, windowSeconds: 1 } }),
    );
    await expectStatus(200, shop.define());
  });
});
