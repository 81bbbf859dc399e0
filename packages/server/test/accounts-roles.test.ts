import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { memberRoles, type MemberRole } from '@claviger/contract';
import { byCookie, cookieOf, createMember, setUp, signIn } from './harness/people.ts';
import { startTestServer, type CallOptions, type TestServer } from './harness/test-server.ts';

const MINUTE_MS = 60 * 1_000;

const api = {
  name: 'Interact',
  formats: { secret: { prefix: 'int', length: 48 } },
  permissions: [{ id: 'jobs_read', name: 'Read jobs', access: 'read' }],
};

/** What each role may do in its organization. */
const may: Record<string, readonly (MemberRole | 'operator')[]> = {
  'GET /v1/keys': ['operator', 'owner', 'admin', 'developer', 'viewer'],
  'GET /v1/apis': ['operator', 'owner', 'admin', 'developer', 'viewer'],
  'GET /v1/organizations/acme': ['operator', 'owner', 'admin', 'developer', 'viewer'],
  // Of some key: developers have to name one.
  'GET /v1/logs?keyId=key_0000000000000000000000': [
    'operator',
    'owner',
    'admin',
    'developer',
    'viewer',
  ],
  'GET /v1/usage?keyId=key_0000000000000000000000': [
    'operator',
    'owner',
    'admin',
    'developer',
    'viewer',
  ],
  'GET /v1/audit-events?keyId=key_0000000000000000000000': [
    'operator',
    'owner',
    'admin',
    'developer',
  ],
  'GET /v1/webhooks': ['operator', 'owner', 'admin'],
  'GET /v1/organizations/acme/members': ['operator', 'owner', 'admin', 'developer', 'viewer'],
  'GET /v1/organizations/acme/invitations': ['operator', 'owner', 'admin'],
  'POST /v1/organizations/acme/invitations': ['operator', 'owner', 'admin'],
  'POST /v1/keys': ['operator', 'owner', 'admin', 'developer'],
  'POST /v1/keys/bulk': ['operator', 'owner', 'admin', 'developer'],
  'GET /v1/keys/count': ['operator', 'owner', 'admin', 'developer', 'viewer'],
  'POST /v1/keys/bulk-delete': ['operator', 'owner', 'admin', 'developer'],
  'GET /v1/organizations/acme/resources/customer': [
    'operator',
    'owner',
    'admin',
    'developer',
    'viewer',
  ],
  'PUT /v1/organizations/acme/resources/customer/cus_1': ['operator', 'owner', 'admin'],
  'DELETE /v1/organizations/acme/resources/customer/cus_1': ['operator', 'owner', 'admin'],
  'PUT /v1/organizations/acme': ['operator'],
  'PATCH /v1/organizations/acme': ['operator'],
  'PUT /v1/apis/other': ['operator'],
  'DELETE /v1/apis/other': ['operator'],
};

const bodies: Record<string, unknown> = {
  'POST /v1/keys': {
    apiId: 'interact',
    organizationId: 'acme',
    name: 'K',
    permissions: ['jobs_read'],
  },
  'POST /v1/keys/bulk': { action: 'disable', filter: { organizationId: 'acme' }, dryRun: true },
  'POST /v1/organizations/acme/invitations': { role: 'viewer' },
  'POST /v1/keys/bulk-delete': { filter: { organizationId: 'acme' }, dryRun: true },
  'PUT /v1/organizations/acme/resources/customer/cus_1': { name: 'Globex Corp.' },
  'PUT /v1/organizations/acme': { name: 'acme' },
  'PATCH /v1/organizations/acme': { suspended: false },
  'PUT /v1/apis/other': api,
};

describe.each(['sqlite', 'postgres'] as const)('what roles may do, on %s', (database) => {
  let server: TestServer;
  const people: Record<string, { id: string; cookie: string; email: string }> = {};
  beforeAll(async () => {
    server = await startTestServer({ database });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await server.call('PUT', '/v1/apis/interact', { body: api });
    for (const id of ['acme', 'globex', 'initech']) {
      await server.call('PUT', `/v1/organizations/${id}`, { body: { name: id } });
    }
    const first = await setUp(server);
    const { id, email } = first.body.user;
    people['operator'] = { id, email, cookie: cookieOf(first) };
    for (const role of memberRoles) people[role] = await createMember(server, 'acme', role);
    people['colleague'] = await createMember(server, 'acme', 'developer', 'colleague');
    people['stranger'] = await createMember(server, 'globex', 'owner', 'stranger');
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });
  const inAcme = { 'x-claviger-organization': 'acme' };
  const as = (who: string, method: string, path: string, options: CallOptions = {}) =>
    byCookie(server, people[who]?.cookie ?? '', method, path, {
      ...options,
      headers: { ...inAcme, ...options.headers },
    });
  const aKey = async (who: string, fields: Record<string, unknown> = {}) => {
    const body = { ...(bodies['POST /v1/keys'] as object), ...fields };
    return as(who, 'POST', '/v1/keys', { body });
  };

  describe.each(Object.entries(may))('%s', (operation, allowed) => {
    test.each(['operator', ...memberRoles] as const)('by %s', async (role) => {
      const [method = '', path = ''] = operation.split(' ');
      // One before may have deleted it.
      if (method === 'DELETE') await server.call('PUT', path, { body: bodies[`PUT ${path}`] });
      // An operator who names none acts everywhere.
      const headers = role === 'operator' ? { 'x-claviger-organization': '' } : {};
      const invited = path.endsWith('/invitations') && { email: `${role}@example.org` };
      const sent = bodies[operation] && { ...(bodies[operation] as object), ...invited };
      const { status, body } = await as(role, method, path, { headers, body: sent });
      if (allowed.includes(role)) {
        expect(status).toBeLessThan(300);
      } else {
        expect(status).toBe(403);
        expect(body.code).toBe('ROLE_NOT_SUFFICIENT');
      }
    });
  });

  test('the session says who it is, where they belong and what they may do there', async () => {
    const { body } = await as('viewer', 'GET', '/v1/session');
    expect(body).toEqual({
      user: {
        id: people['viewer']?.id,
        email: 'viewer@example.com',
        name: 'viewer',
        operator: false,
      },
      permissions: [],
      memberships: [
        {
          organizationId: 'acme',
          organizationName: 'acme',
          role: 'viewer',
          permissions: [
            'apis:read',
            'organizations:read',
            'resources:read',
            'keys:read',
            'members:read',
            'logs:read',
            'usage:read',
          ],
        },
      ],
    });
  });

  test('a member has to name an organization, and one they belong to', async () => {
    const none = await as('owner', 'GET', '/v1/keys', {
      headers: { 'x-claviger-organization': '' },
    });
    expect([none.status, none.body.code]).toEqual([400, 'ORGANIZATION_REQUIRED']);
    for (const id of ['globex', 'claviger', 'nowhere']) {
      const headers = { 'x-claviger-organization': id };
      const other = await as('owner', 'GET', '/v1/keys', { headers });
      expect([other.status, other.body.code]).toEqual([404, 'ORGANIZATION_NOT_FOUND']);
    }
  });

  test('nobody sees or makes keys of another organization', async () => {
    const { body: mine } = await aKey('owner');
    const foreign = { 'x-claviger-organization': 'globex' };
    const path = `/v1/keys/${mine.key.id}`;
    expect((await as('stranger', 'GET', path, { headers: foreign })).status).toBe(404);
    const listed = await as('stranger', 'GET', '/v1/keys', { headers: foreign });
    expect(listed.body.data).toEqual([]);
    const made = await aKey('owner', { organizationId: 'globex' });
    expect([made.status, made.body.code]).toEqual([404, 'ORGANIZATION_NOT_FOUND']);
    const root = { apiId: 'claviger', organizationId: 'claviger', permissions: ['keys:read'] };
    expect((await aKey('owner', root)).status).toBe(404);
  });

  test('nobody names or sees resources of another organization', async () => {
    const path = '/v1/organizations/globex/resources/customer';
    await server.call('PUT', `${path}/cus_9`, { body: { name: 'Of globex' } });
    for (const role of ['owner', 'admin', 'viewer']) {
      expect((await as(role, 'GET', path)).body.code).toBe('ORGANIZATION_NOT_FOUND');
    }
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? { name: 'Taken over' } : undefined;
      const answer = await as('owner', method, `${path}/cus_9`, { body });
      expect([answer.status, answer.body.code]).toEqual([404, 'ORGANIZATION_NOT_FOUND']);
    }
    expect((await server.call('GET', `${path}/cus_9`)).body.name).toBe('Of globex');
  });

  test('an owner names resources while the organization is suspended, and cannot resume it', async () => {
    const { id, cookie } = await createMember(server, 'initech', 'owner', 'suspended');
    const inInitech = { 'x-claviger-organization': 'initech' };
    const call = (method: string, rest: string, body: unknown) =>
      byCookie(server, cookie, method, `/v1/organizations/initech${rest}`, {
        body,
        headers: inInitech,
      });
    const suspended = { suspended: true };
    await server.call('PATCH', '/v1/organizations/initech', { body: suspended });
    const named = await call('PUT', '/resources/customer/cus_1', { name: 'Hooli' });
    expect(named.status).toBe(200);
    for (const [method, body] of [
      ['PATCH', { suspended: false }],
      ['PUT', { name: 'Renamed' }],
    ] as const) {
      expect((await call(method, '', body)).body.code).toBe('ROLE_NOT_SUFFICIENT');
    }
    const { body } = await server.call('GET', '/v1/organizations/initech');
    expect(body.suspended).toBe(true);
    const events = await server.call('GET', '/v1/audit-events?organizationId=initech&limit=1');
    expect(events.body.data[0]).toMatchObject({
      action: 'resource.created',
      actor: { type: 'user', id },
    });
  });

  test('a key says which person made it, and so does the audit log', async () => {
    const { body } = await aKey('admin');
    const actor = { type: 'user', id: people['admin']?.id };
    expect(body.key.createdBy).toEqual(actor);
    const events = await as('admin', 'GET', `/v1/audit-events?keyId=${body.key.id}`);
    expect(events.body.data[0].actor).toEqual(actor);
  });

  describe('a developer', () => {
    test('makes keys of their own, and for nobody else', async () => {
      const { body } = await aKey('developer');
      expect(body.key.ownerId).toBe(people['developer']?.id);
      const other = await aKey('developer', { ownerId: people['colleague']?.id });
      expect(other.status).toBe(400);
      expect(other.body.errors[0].pointer).toBe('/ownerId');
    });

    test('sees and changes their own keys alone', async () => {
      const mine = (await aKey('developer')).body.key.id as string;
      const theirs = (await aKey('colleague')).body.key.id as string;
      const nobodys = (await aKey('owner')).body.key.id as string;
      const list = async (query = '') => {
        const { body } = await as('developer', 'GET', `/v1/keys${query}`);
        return (body.data as { id: string }[]).map(({ id }) => id);
      };
      const ids = await list('?limit=200');
      expect(ids).toContain(mine);
      expect(ids).not.toContain(theirs);
      expect(ids).not.toContain(nobodys);
      expect(await list(`?ownerId=${people['colleague']?.id}`)).toEqual([]);
      const calls: [string, string, unknown?][] = [
        ['GET', ''],
        ['PATCH', '', { name: 'Mine' }],
        ['POST', '/rotate', {}],
        ['POST', '/regenerate'],
        ['POST', '/replace', {}],
        ['POST', '/disable'],
        ['POST', '/revoke', {}],
        ['DELETE', ''],
      ];
      for (const id of [theirs, nobodys]) {
        for (const [method, rest, body] of calls) {
          const answer = await as('developer', method, `/v1/keys/${id}${rest}`, { body });
          expect([method, rest, answer.body.code]).toEqual([method, rest, 'KEY_NOT_FOUND']);
        }
      }
      for (const [method, rest, body] of calls) {
        const answer = await as('developer', method, `/v1/keys/${mine}${rest}`, { body });
        // Once it is revoked, nothing but deleting is left.
        expect([method, rest, answer.status < 300]).toEqual([method, rest, true]);
      }
    });

    test('reads what is on record of their own keys, and of no other', async () => {
      const mine = (await aKey('developer')).body;
      const theirs = (await aKey('colleague')).body;
      const nobodys = (await aKey('owner')).body;
      for (const { secret } of [mine, theirs, nobodys]) {
        for (const token of [secret, secret, `${secret}x`]) {
          await server.call('POST', '/v1/keys/verify', { body: { token, apiId: 'interact' } });
        }
      }
      const read = (path: string) => as('developer', 'GET', path);
      const count = async (path: string) => (await read(path)).body.data.length as number;
      const of = (id: string) => [
        `/v1/logs?keyId=${id}`,
        `/v1/usage?keyId=${id}`,
        `/v1/audit-events?keyId=${id}`,
        `/v1/audit-events?targetType=key&targetId=${id}`,
      ];
      expect(await Promise.all(of(mine.key.id).map(count))).toEqual([2, 1, 1, 1]);
      for (const { key } of [theirs, nobodys]) {
        expect(await Promise.all(of(key.id).map(count))).toEqual([0, 0, 0, 0]);
      }
      const unknown = 'key_0000000000000000000000';
      expect(await Promise.all(of(unknown).map(count))).toEqual([0, 0, 0, 0]);
      const exported = await read(`/v1/logs/export?keyId=${theirs.key.id}`);
      expect([exported.status, exported.text]).toEqual([200, '']);
      expect(
        (await read(`/v1/logs/export?keyId=${mine.key.id}`)).text.trim().split('\n'),
      ).toHaveLength(2);
      const events = `/v1/audit-events/export?keyId=${mine.key.id}`;
      expect((await read(events)).text.trim().split('\n')).toHaveLength(1);

      const one = async (who: string, path: string) =>
        (await as(who, 'GET', path)).body.data[0].id as string;
      for (const [path, code] of [
        ['/v1/logs', 'LOG_NOT_FOUND'],
        ['/v1/audit-events', 'AUDIT_EVENT_NOT_FOUND'],
      ]) {
        const own = await one('owner', `${path}?keyId=${mine.key.id}`);
        expect((await read(`${path}/${own}`)).status).toBe(200);
        const foreign = await one('owner', `${path}?keyId=${theirs.key.id}`);
        expect((await read(`${path}/${foreign}`)).body.code).toBe(code);
      }
    });

    test('has to name one of their keys to read what is on record', async () => {
      for (const path of ['/v1/logs', '/v1/logs/export', '/v1/usage', '/v1/audit-events']) {
        const { status, body } = await as('developer', 'GET', path);
        expect([path, status, body.errors?.[0].pointer]).toEqual([path, 400, '/query/keyId']);
      }
      const other = await as(
        'developer',
        'GET',
        '/v1/audit-events?targetType=organization&targetId=acme',
      );
      expect(other.status).toBe(400);
    });

    test('is told of their own keys what to look at', async () => {
      const vague = { name: 'test' };
      const mine = (await aKey('developer', vague)).body.key.id as string;
      const theirs = (await aKey('colleague', vague)).body.key.id as string;
      const found = async (query: string) =>
        (await as('developer', 'GET', `/v1/insights${query}`)).body.data as { keyId: string }[];
      expect((await found(`?keyId=${mine}`)).map(({ keyId }) => keyId)).toEqual([mine]);
      expect(await found(`?keyId=${theirs}`)).toEqual([]);
      expect((await found('?limit=200')).map(({ keyId }) => keyId)).not.toContain(theirs);
    });

    test('loses sight of what is on record of a key that is given to somebody else', async () => {
      const { key } = (await aKey('developer')).body;
      const body = { ownerId: people['colleague']?.id };
      expect((await as('owner', 'PATCH', `/v1/keys/${key.id}`, { body })).status).toBe(200);
      const path = `/v1/audit-events?keyId=${key.id}`;
      expect((await as('developer', 'GET', path)).body.data).toEqual([]);
      expect((await as('colleague', 'GET', path)).body.data).toHaveLength(2);
    });

    test('cannot give their keys away', async () => {
      const { body } = await aKey('developer');
      for (const ownerId of [people['colleague']?.id, null]) {
        const path = `/v1/keys/${body.key.id}`;
        const answer = await as('developer', 'PATCH', path, { body: { ownerId } });
        expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([400, '/ownerId']);
      }
    });

    test('changes many keys at once, and among them their own alone', async () => {
      const theirs = (await aKey('colleague')).body.key.id as string;
      const mine = (await aKey('developer')).body.key.id as string;
      const body = { action: 'disable', filter: { organizationId: 'acme' }, dryRun: false };
      expect((await as('developer', 'POST', '/v1/keys/bulk', { body })).status).toBe(200);
      expect((await as('owner', 'GET', `/v1/keys/${theirs}`)).body.status).toBe('active');
      expect((await as('owner', 'GET', `/v1/keys/${mine}`)).body.status).toBe('inactive');
    });

    test('is not told whose a token is that is not theirs', async () => {
      const { secret } = (await aKey('colleague')).body;
      const tokens = [secret];
      const answer = await as('developer', 'POST', '/v1/leaks/identify', { body: { tokens } });
      expect(answer.body.data).toEqual([null]);
    });

    test('imports keys as their own, also line by line', async () => {
      const entryOf = (byte: string) => ({
        ...(bodies['POST /v1/keys'] as object),
        native: true,
        hash: { algorithm: 'sha256', encoding: 'hex', value: byte.repeat(32) },
      });
      const path = '/v1/keys/import';
      const list = await as('developer', 'POST', path, { body: { keys: [entryOf('ab')] } });
      const lines = await as('developer', 'POST', path, {
        headers: { 'content-type': 'application/x-ndjson' },
        rawBody: `${JSON.stringify(entryOf('cd'))}\n`,
      });
      const ids = [list.text, lines.text].map((text) => /key_[0-9A-Za-z]{22}/.exec(text)?.[0]);
      for (const id of ids) {
        const { body } = await as('developer', 'GET', `/v1/keys/${id}`);
        expect(body.ownerId).toBe(people['developer']?.id);
      }
    });
  });

  test('what changes something by a cookie must come from our own pages', async () => {
    for (const origin of ['https://evil.example', 'null', '', 'http://localhost:0.evil.example']) {
      const answer = await as('owner', 'POST', '/v1/keys', {
        body: bodies['POST /v1/keys'],
        headers: { origin },
      });
      expect([answer.status, answer.body.code]).toEqual([403, 'FOREIGN_ORIGIN']);
    }
    const { cookie = '' } = people['owner'] ?? {};
    const headers = { cookie, ...inAcme };
    const body = bodies['POST /v1/keys'];
    const without = await server.call('POST', '/v1/keys', { key: null, headers, body });
    expect(without.body.code).toBe('FOREIGN_ORIGIN');
    expect((await server.call('GET', '/v1/keys', { key: null, headers })).status).toBe(200);
  });

  test('of a key and a session, the key counts', async () => {
    const { cookie = '' } = people['viewer'] ?? {};
    const put = await server.call('PUT', '/v1/organizations/acme', {
      headers: { cookie, ...inAcme },
      body: { name: 'Acme' },
    });
    expect(put.status).toBe(200);
    const wrong = await server.call('GET', '/v1/keys', {
      key: 'clv_nonsense',
      headers: { cookie, ...inAcme },
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'NOT_FOUND']);
  });

  test('a key shows and ends its secrets only soon after signing in', async () => {
    const { id } = (await aKey('owner')).body.key as { id: string };
    const secretId = 'sec_0PxJmZ3kVb7cQm1tYw8sLd';
    await server.advance(10 * MINUTE_MS);
    vi.setSystemTime(server.clock.now());
    const calls: [string, string, unknown?][] = [
      ['POST', '/v1/keys', bodies['POST /v1/keys']],
      ['POST', '/v1/keys/import', { keys: [{}] }],
      ['POST', `/v1/keys/${id}/rotate`, {}],
      ['POST', `/v1/keys/${id}/regenerate`],
      ['POST', `/v1/keys/${id}/replace`, {}],
      ['DELETE', `/v1/keys/${id}/secrets/${secretId}`],
      ['DELETE', `/v1/keys/${id}`],
      ['POST', '/v1/keys/bulk-delete', { filter: { ids: [id] } }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await as('owner', method, path, { body });
      expect([answer.status, answer.body.code]).toEqual([403, 'FRESH_SIGN_IN_REQUIRED']);
    }
    // What is urgent, and what shows nothing, is not held up.
    expect((await as('owner', 'POST', `/v1/keys/${id}/disable`)).status).toBe(200);
    people['owner']!.cookie = cookieOf(await signIn(server, 'owner@example.com'));
    expect((await as('owner', 'POST', `/v1/keys/${id}/regenerate`)).status).toBe(200);
    expect((await as('owner', 'DELETE', `/v1/keys/${id}`)).status).toBe(200);
  });
});
