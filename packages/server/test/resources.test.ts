import { operations } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('named resources on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    const body = {
      ...exampleApi('interact'),
      resourceTypes: [{ id: 'customer', name: 'Customer' }],
    };
    await expectStatus(200, server.call('PUT', '/v1/apis/scoped', { body }));
    for (const id of ['globex', 'initech']) {
      const organization = { name: id };
      await expectStatus(
        200,
        server.call('PUT', `/v1/organizations/${id}`, { body: organization }),
      );
    }
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
  });

  const at = (path: string, organization = 'acme') =>
    `/v1/organizations/${organization}/resources/${path}`;
  const put = (path: string, name: string, organization = 'acme'): Promise<Answer> =>
    server.call('PUT', at(path, organization), { body: { name } });
  const get = (path: string, organization = 'acme') => server.call('GET', at(path, organization));
  const remove = (path: string) => server.call('DELETE', at(path));

  test('one is named, read, renamed and deleted, and each is in the audit log', async () => {
    const answers: Answer[] = [];
    const events = await auditOf(server, async () => {
      answers.push(await expectStatus(200, put('customer/cus_1', 'Hooli')));
      await server.advance(1_000);
      answers.push(await expectStatus(200, put('customer/cus_1', 'Hooli Inc.')));
      answers.push(await expectStatus(200, put('customer/cus_1', 'Hooli Inc.')));
      answers.push(await expectStatus(200, get('customer/cus_1')));
      answers.push(await expectStatus(200, remove('customer/cus_1')));
    });

    const [created, renamed, same, read, deleted] = answers.map(({ body }) => body);
    expect(created.resource).toMatchObject({
      organizationId: 'acme',
      type: 'customer',
      id: 'cus_1',
      name: 'Hooli',
    });
    expect(created.resource.updatedAt).toBe(created.resource.createdAt);
    const { createdAt } = created.resource;
    expect(renamed.resource).toMatchObject({ name: 'Hooli Inc.', createdAt });
    expect(renamed.resource.updatedAt > createdAt).toBe(true);
    expect(same).toEqual(renamed);
    expect(read).toEqual(renamed.resource);
    expect(deleted).toEqual({
      organizationId: 'acme',
      type: 'customer',
      id: 'cus_1',
      deleted: true,
    });
    expectProblem(await get('customer/cus_1'), 'RESOURCE_NOT_FOUND');
    expectProblem(await remove('customer/cus_1'), 'RESOURCE_NOT_FOUND');

    const target = { type: 'resource', id: 'acme/customer/cus_1' };
    expect(events).toMatchObject([
      { action: 'resource.created', target, before: null, after: created.resource },
      { action: 'resource.renamed', target, before: created.resource, after: renamed.resource },
      { action: 'resource.deleted', target, before: renamed.resource, after: null },
    ]);
    for (const event of events) expect(event.requestId).toMatch(/\S/);
  });

  test('nothing that verifies is told of it', async () => {
    const head = await server.claviger.storage.feed.head();
    await expectStatus(200, put('node/n1', 'Warehouse'));
    expect(await server.claviger.storage.feed.head()).toEqual(head);
  });

  test('they are listed by type, newest first, page by page, and found by name and id', async () => {
    for (const id of ['a', 'b', 'c']) {
      await server.advance(1_000);
      await expectStatus(200, put(`shop/${id}`, `Shop ${id.toUpperCase()}`));
    }
    await expectStatus(200, put('shop/a', 'Of somebody else', 'globex'));
    const list = async (query = '') => {
      const answer = (await expectStatus(200, get(`shop${query}`))).body;
      expect(operations.listResources.success.schema.safeParse(answer).error).toBeUndefined();
      return answer;
    };
    const ids = async (query: string) =>
      (await list(query)).data.map(({ id }: { id: string }) => id);

    expect(await ids('')).toEqual(['c', 'b', 'a']);
    const { nextCursor } = await list('?limit=2');
    expect(await ids(`?limit=2&cursor=${nextCursor}`)).toEqual(['a']);
    expect(await ids('?q=shop%20B')).toEqual(['b']);
    expect(await ids('?q=C')).toEqual(['c']);
    expect((await expectStatus(200, get('nothing'))).body).toEqual({ data: [], nextCursor: null });
    expectFaults(await get('shop?limit=0'), {
      pointer: '/query/limit',
      message: 'must be at least 1',
    });
  });

  test('one that keys are scoped to is not deleted; those of others and revoked ones do not count', async () => {
    await expectStatus(200, put('customer/cus_7', 'Globex Corp.'));
    const fields = { apiId: 'scoped', resources: { customer: ['cus_7', 'cus_8'] } };
    const { key } = await createTestKey(server, fields);
    const { key: gone } = await createTestKey(server, fields);
    await createTestKey(server, { ...fields, organizationId: 'globex' });

    expectProblem(await remove('customer/cus_7'), 'STILL_IN_USE', {
      detail: /^2 keys are scoped to the customer "cus_7": key_\w{22}, key_\w{22}\. Change or/,
    });
    await expectStatus(200, server.call('POST', `/v1/keys/${gone.id}/revoke`));
    expectProblem(await remove('customer/cus_7'), 'STILL_IN_USE', {
      detail: new RegExp(`^1 key is scoped to the customer "cus_7": ${key.id}\\. `),
    });
    const { body } = await server.call(
      'GET',
      '/v1/keys?organizationId=acme&status=active&resource=customer:cus_7',
    );
    expect(body.data).toMatchObject([{ id: key.id }]);
    await expectStatus(
      200,
      server.call('PATCH', `/v1/keys/${key.id}`, { body: { resources: { customer: ['cus_8'] } } }),
    );
    await expectStatus(200, remove('customer/cus_7'));
  });

  test('an organization takes its own along when it is deleted', async () => {
    await expectStatus(200, put('customer/cus_1', 'Hooli', 'initech'));
    await expectStatus(200, server.call('DELETE', '/v1/organizations/initech'));
    expectProblem(await get('customer/cus_1', 'initech'), 'ORGANIZATION_NOT_FOUND');
    expectProblem(await put('customer/cus_1', 'Hooli', 'initech'), 'ORGANIZATION_NOT_FOUND');
    const body = { name: 'Initech' };
    await expectStatus(200, server.call('PUT', '/v1/organizations/initech', { body }));
    expect((await get('customer', 'initech')).body.data).toEqual([]);
  });

  test('no more than 10,000 of a type are named', { timeout: 60_000 }, async () => {
    await server.claviger.storage.committer.commit(async (tx) => {
      for (let n = 0; n < 10_000; n++) {
        const times = { createdAt: n, updatedAt: n };
        const which = { organizationId: 'globex', type: 'robot', id: `r${n}` };
        await tx.putResource({ ...which, name: `Robot ${n}`, ...times });
      }
      return { result: {}, events: [], changes: [] };
    });
    expectProblem(await put('robot/one_more', 'Robot', 'globex'), 'RESOURCE_LIMIT_REACHED', {
      detail: /^"globex" has 10000 named resources of the type "robot"/,
    });
    await expectStatus(200, put('robot/r7', 'Renamed', 'globex'));
    await expectStatus(200, put('vehicle/v1', 'Of another type', 'globex'));
  });

  test('what cannot be an id is refused where it would be created, and unknown elsewhere', async () => {
    expectFaults(await put('Customer/cus_1', 'Hooli'), {
      pointer: '/path/type',
      message: 'must match ^[a-z][a-z0-9_]{0,31}$',
    });
    expectFaults(await put('customer/a%20b', 'Hooli'), {
      pointer: '/path/id',
      message: 'must be 1–128 characters of [A-Za-z0-9_.:@-]',
    });
    expectFaults(await put('customer/cus_1', ' '), {
      pointer: '/name',
      message: 'must not be empty',
    });
    expectProblem(await get('Customer'), 'RESOURCE_NOT_FOUND');
    expectProblem(await get('customer/a%20b'), 'RESOURCE_NOT_FOUND');
    expectProblem(await get('customer/cus_1', 'nobody'), 'ORGANIZATION_NOT_FOUND');
    expectProblem(await put('customer/cus_1', 'Hooli', 'claviger'), 'BUILT_IN');
  });

  test.each([
    ['resources', true],
    ['organizations', true],
    ['keys', false],
  ])('root keys with permissions for %s reach them: %s', async (of, reached) => {
    await expectStatus(200, put('customer/cus_5', 'Hooli'));
    const withPermission = async (permission: string) =>
      (await createRootKey(server, { permissions: [permission] })).secret;
    const [reader, writer] = [
      await withPermission(`${of}:read`),
      await withPermission(`${of}:write`),
    ];
    const statuses: number[] = [];
    for (const [method, path, key, body] of [
      ['GET', 'customer', reader],
      ['GET', 'customer/cus_5', reader],
      ['PUT', 'customer/cus_5', writer, { name: 'Hooli Inc.' }],
      ['DELETE', 'customer/cus_5', writer],
    ] as const) {
      const answer = await server.call(method, at(path), { key, body });
      if (!reached) expectProblem(answer, 'INSUFFICIENT_PERMISSIONS');
      statuses.push(answer.status);
    }
    expect(statuses.every((status) => status === (reached ? 200 : 403))).toBe(true);
    // And what is read is not written.
    const body = { name: 'By a reader' };
    const answer = await server.call('PUT', at('customer/cus_5'), { key: reader, body });
    expectProblem(answer, 'INSUFFICIENT_PERMISSIONS');
  });

  test('a root key for resources reaches no organization', async () => {
    const permissions = ['resources:read', 'resources:write'];
    const { secret: key } = await createRootKey(server, { permissions });
    const calls = [
      await server.call('GET', '/v1/organizations', { key }),
      await server.call('PATCH', '/v1/organizations/acme', { key, body: { suspended: true } }),
      await server.call('DELETE', '/v1/organizations/acme', { key }),
    ];
    for (const answer of calls) expectProblem(answer, 'INSUFFICIENT_PERMISSIONS');
  });

  test('a bound root key sees its organizations’ names, and writes them where it reaches all that share them', async () => {
    await expectStatus(200, put('customer/cus_3', 'Hooli'));
    const bound = async (resources: object) =>
      (await createRootKey(server, { preset: 'full-access', resources })).secret;
    const call = (method: string, key: string, organization = 'acme') =>
      server.call(method, at('customer/cus_3', organization), {
        key,
        ...(method === 'PUT' && { body: { name: 'Taken over' } }),
      });

    const elsewhere = await bound({ organization: ['globex'] });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expectProblem(await call(method, elsewhere), 'ORGANIZATION_NOT_FOUND');
    }
    const ofApi = await bound({ api: ['interact'] });
    await expectStatus(200, call('GET', ofApi));
    expectProblem(await call('PUT', ofApi), 'BEYOND_OWN_RIGHTS');
    expectProblem(await call('DELETE', ofApi), 'BEYOND_OWN_RIGHTS');
    const own = await bound({ organization: ['acme'] });
    await expectStatus(200, call('PUT', own));
    await expectStatus(200, call('DELETE', own));
  });
});
