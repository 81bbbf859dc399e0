import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const TYPES = ['customer', 'node'].map((id) => ({ id, name: id }));

describe.each(['sqlite', 'postgres'] as const)('keys scoped to resources on %s', (database) => {
  let server: TestServer;
  let token: string;
  const scope = { customer: ['cus_1', 'cus_2'], node: ['n1'] };

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await define('scoped', [...TYPES, { id: 'region', name: 'Region' }]);
    token = (await createTestKey(server, { apiId: 'scoped', resources: scope })).secret;
  });
  afterAll(() => server.stop());

  const define = (id: string, resourceTypes: object[]) => {
    const body = { ...exampleApi('interact'), resourceTypes };
    return server.call('PUT', `/v1/apis/${id}`, { body });
  };
  const create = (resources: unknown) =>
    server.call('POST', '/v1/keys', {
      body: {
        apiId: 'scoped',
        organizationId: 'acme',
        name: 'Route planner',
        permissions: ['agent_jobs_read'],
        resources,
      },
    });
  const ask = (resources?: unknown) =>
    verify(server, token, { apiId: 'scoped', ...(resources !== undefined && { resources }) });

  test.each([
    ['its own', { customer: 'cus_1', node: 'n1' }],
    ['another of its own', { customer: 'cus_2', node: 'n1' }],
    ['several of its own', { customer: ['cus_1', 'cus_2'], node: ['n1'] }],
    ['one of its types', { node: 'n1' }],
    ['a type it is not scoped by', { customer: 'cus_1', node: 'n1', region: 'eu' }],
    ['none yet, to filter by its scope', {}],
  ])('may act on %s', async (_, resources) => {
    expect(await ask(resources)).toMatchObject({ valid: true, code: 'VALID', resources: scope });
  });

  test('a type that the API does not declare is a slip, and no way around the scope', async () => {
    const body = { token, apiId: 'scoped', resources: { custmer: 'cus_3', node: 'n1' } };
    const answer = await server.call('POST', '/v1/keys/verify', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      {
        pointer: '/resources/custmer',
        message: expect.stringMatching(
          /^is not a resource type of API "scoped", which has customer, node, region$/,
        ),
      },
    ]);
  });

  test.each([
    ['another customer', { customer: 'cus_3', node: 'n1' }],
    ['another node of its customer', { customer: 'cus_1', node: 'n2' }],
    ['one of its customers as a node', { node: 'cus_1' }],
    ['an id that begins like its own', { customer: 'cus_10' }],
    ['an id that is its own but for the case', { customer: 'CUS_1' }],
    ['a list that holds one that is not its own', { customer: ['cus_1', 'cus_3'] }],
    ['a node of its own beside another customer', { node: ['n1'], customer: ['cus_3'] }],
    ['nothing that is named', undefined],
  ])('may not act on %s', async (_, resources) => {
    const decision = await ask(resources);
    expect(decision).toMatchObject({ valid: false, code: 'RESOURCE_NOT_ALLOWED', status: 403 });
    expect(decision).not.toHaveProperty('resources');
  });

  test('a key without a scope is asked nothing', async () => {
    const { secret } = await createTestKey(server, { apiId: 'scoped' });
    for (const more of [{}, { resources: {} }, { resources: { customer: 'anyone' } }]) {
      const decision = await verify(server, secret, { apiId: 'scoped', ...more });
      expect(decision).toMatchObject({ code: 'VALID', resources: {} });
    }
  });

  test('a changed scope holds at the next verification', async () => {
    const { key, secret } = await createTestKey(server, { apiId: 'scoped', resources: scope });
    const codeFor = async (customer: string) =>
      (await verify(server, secret, { apiId: 'scoped', resources: { customer } })).code;
    expect(await codeFor('cus_1')).toBe('VALID');
    const body = { resources: { customer: ['cus_9'] } };
    await expectStatus(200, server.call('PATCH', `/v1/keys/${key.id}`, { body }));
    expect(await codeFor('cus_1')).toBe('RESOURCE_NOT_ALLOWED');
    expect(await codeFor('cus_9')).toBe('VALID');
  });

  test('only types that the API declares can be named', async () => {
    expectFaults(await create({ customer: ['cus_1'], shop: ['s1'] }), {
      pointer: '/resources/shop',
      message: '"shop" is not a resource type of the API, which has customer, node, region',
    });
  });

  test('a key names 100 resources of a type and no more', async () => {
    const ids = Array.from({ length: 101 }, (_, at) => `cus_${at}`);
    expectFaults(await create({ customer: ids }), {
      pointer: '/resources/customer',
      message: 'must have at most 100 entries',
    });
    const { body } = await expectStatus(201, create({ customer: ids.slice(0, 100) }));
    expect(body.key.resources.customer).toHaveLength(100);
    const last = { apiId: 'scoped', resources: { customer: 'cus_99' } };
    expect(await verify(server, body.secret, last)).toMatchObject({ code: 'VALID' });
  });

  test('a type that keys name stays in the definition until none does', async () => {
    await expectStatus(200, define('dropping', TYPES));
    const fields = { apiId: 'dropping', resources: { node: ['n1'] } };
    const { key } = await createTestKey(server, fields);
    const [customer] = TYPES;
    expectProblem(await define('dropping', [customer!]), 'STILL_IN_USE', {
      errors: [
        {
          pointer: '/resourceTypes',
          message: `1 key names "node", which the new definition lacks: ${key.id}`,
        },
      ],
    });
    await expectStatus(200, define('dropping', [TYPES[1]!]));
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`));
    await expectStatus(200, define('dropping', []));
  });
});
