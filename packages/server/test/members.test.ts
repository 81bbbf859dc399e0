import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { memberRoles, rolePermissions } from '@claviger/contract';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { entry, oldToken, openStreamWith } from './harness/imports.ts';
import {
  addMember,
  anotherAddress,
  byCookie,
  cookieOf,
  createMember,
  ORIGIN,
  PASSWORD,
  setUp,
  signIn,
} from './harness/people.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const MINUTE_MS = 60 * 1_000;
const UNKNOWN = 'usr_0PxJmZ3kVb7cQm1tYw8sLd';

type Person = Awaited<ReturnType<typeof createMember>>;

describe.each(['sqlite', 'postgres'] as const)('members, on %s', (database) => {
  let server: TestServer;
  let operator: Person;
  let owner: Person;
  let admin: Person;
  let names = 0;
  beforeAll(async () => {
    server = await startTestServer({ database, env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' } });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await defineApi(server, 'interact');
    await server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex' } });
    const first = await setUp(server);
    operator = { ...first.body.user, cookie: cookieOf(first) };
    owner = await createMember(server, 'acme', 'owner');
    admin = await createMember(server, 'acme', 'admin');
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    vi.useRealTimers();
    await server.stop();
  });

  const somebody = async (role: (typeof memberRoles)[number], organizationId = 'acme') => {
    names += 1;
    return createMember(server, organizationId, role, `${role}-${names}`);
  };
  const anybody = (role: (typeof memberRoles)[number]) => {
    names += 1;
    return addMember(server, 'acme', role, `${role}-${names}`);
  };
  const as = (
    { cookie }: Person,
    method: string,
    path: string,
    { in: organizationId = 'acme', ...options }: { in?: string; body?: unknown } = {},
  ) => {
    const headers = { 'x-claviger-organization': organizationId };
    return byCookie(server, cookie, method, path, { ...options, headers });
  };
  const members = (organizationId = 'acme') => `/v1/organizations/${organizationId}/members`;
  const pathOf = ({ id }: { id: string }) => `${members()}/${id}`;
  const setRole = (by: Person, whose: { id: string }, role: string) =>
    as(by, 'PATCH', pathOf(whose), { body: { role } });
  const roleOf = async ({ id }: { id: string }) => {
    const { body } = await server.call('GET', `${members()}?limit=200`);
    return body.data.find((member: { userId: string }) => member.userId === id)?.role ?? null;
  };
  const fresh = async (whose: Person) => {
    whose.cookie = cookieOf(await signIn(server, whose.email, PASSWORD, anotherAddress()));
  };

  test('are listed with who they are and when they last signed in', async () => {
    const person = await somebody('viewer');
    const { body } = await as(person, 'GET', `${members()}?q=${person.email}`);
    const now = new Date(server.clock.now()).toISOString();
    expect(body).toEqual({
      data: [
        {
          organizationId: 'acme',
          userId: person.id,
          name: person.email.split('@')[0],
          email: person.email,
          role: 'viewer',
          createdAt: now,
          lastSignInAt: now,
        },
      ],
      nextCursor: null,
    });
    const first = await as(person, 'GET', `${members()}?limit=1`);
    expect(first.body.data[0].userId).toBe(owner.id);
    const second = await as(person, 'GET', `${members()}?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.data[0].userId).toBe(admin.id);
  });

  test('of another organization are not seen or changed', async () => {
    const stranger = await somebody('owner', 'globex');
    for (const [method, path] of [
      ['GET', members()],
      ['PATCH', pathOf(admin)],
      ['DELETE', pathOf(admin)],
    ] as const) {
      const body = method === 'PATCH' ? { body: { role: 'viewer' } } : {};
      expectProblem(
        await as(stranger, method, path, { in: 'globex', ...body }),
        'ORGANIZATION_NOT_FOUND',
      );
      expectProblem(
        await as(stranger, method, path, { in: 'acme', ...body }),
        'ORGANIZATION_NOT_FOUND',
      );
    }
    const elsewhere = `${members('globex')}/${admin.id}`;
    expectProblem(await as(stranger, 'DELETE', elsewhere, { in: 'globex' }), 'MEMBER_NOT_FOUND');
    expect(await roleOf(admin)).toBe('admin');
  });

  test('get another role, which holds from the next request on', async () => {
    const person = await somebody('viewer');
    const events = await auditOf(server, async () => {
      const answer = await expectStatus(200, setRole(admin, person, 'developer'));
      expect(answer.body.member).toMatchObject({ userId: person.id, role: 'developer' });
      await expectStatus(200, setRole(admin, person, 'developer'));
    });
    expect(events).toMatchObject([
      {
        action: 'member.updated',
        actor: { type: 'user', id: admin.id },
        target: { type: 'user', id: person.id, organizationId: 'acme' },
        before: { role: 'viewer' },
        after: { role: 'developer' },
      },
    ]);
    const body = { apiId: 'interact', organizationId: 'acme', permissions: ['agent_jobs_read'] };
    const make = (name: string) => as(person, 'POST', '/v1/keys', { body: { ...body, name } });
    await expectStatus(201, make('Nightly export'));
    await expectStatus(200, setRole(owner, person, 'viewer'));
    expectProblem(await make('Weekly export'), 'ROLE_NOT_SUFFICIENT');
  });

  test('lose everything at once when they are removed', async () => {
    const person = await somebody('admin');
    await expectStatus(200, as(person, 'GET', '/v1/keys'));
    const events = await auditOf(server, () => as(owner, 'DELETE', pathOf(person)));
    expect(events).toMatchObject([
      { action: 'member.removed', before: { role: 'admin' }, after: null },
    ]);
    expectProblem(await as(person, 'GET', '/v1/keys'), 'ORGANIZATION_NOT_FOUND');
    const { body } = await as(person, 'GET', '/v1/session');
    expect(body.memberships).toEqual([]);
    expectProblem(await as(owner, 'DELETE', pathOf(person)), 'MEMBER_NOT_FOUND');
    expectProblem(await setRole(owner, person, 'viewer'), 'MEMBER_NOT_FOUND');
  });

  test.each([
    ['demoted', 'ROLE_NOT_SUFFICIENT', 'PATCH'],
    ['removed', 'ORGANIZATION_NOT_FOUND', 'DELETE'],
  ] as const)(
    'who is %s in the middle of a long request does nothing more by it',
    async (...of) => {
      const [, code, method] = of;
      const person = await somebody('developer');
      const conversation = openStreamWith(server, {
        cookie: person.cookie,
        origin: ORIGIN,
        'x-claviger-organization': 'acme',
      });
      const line = () => `${JSON.stringify(entry(oldToken(), { native: true }))}\n`;
      conversation.send(line());
      await conversation.receive('"id":"key_');
      const body = method === 'PATCH' ? { body: { role: 'viewer' } } : {};
      await expectStatus(200, server.call(method, pathOf(person), body));
      conversation.send(line());
      await conversation.receive(`"index":1,"code":"${code}"`);
      conversation.send(null);
      await conversation.receive('"imported":1,"failed":1');
      conversation.close();
    },
  );

  describe('by role', () => {
    // Who may give, take and end what: nothing above their own.
    const may: Record<string, readonly string[]> = {
      operator: memberRoles,
      owner: memberRoles,
      admin: ['admin', 'developer', 'viewer'],
      developer: [],
      viewer: [],
    };

    test.each(Object.entries(may))('%s', async (role, reach) => {
      await fresh(operator);
      const by = role === 'operator' ? operator : await somebody(role as 'owner');
      const lacks = reach.length === 0 ? 'ROLE_NOT_SUFFICIENT' : 'BEYOND_OWN_RIGHTS';
      for (const target of memberRoles) {
        const given = await anybody('viewer');
        const give = await setRole(by, given, target);
        const taken = await anybody(target);
        const take = await setRole(by, taken, 'viewer');
        const invited = { email: `${role}.${target}@example.com`, role: target };
        const invitations = '/v1/organizations/acme/invitations';
        const asked = await as(by, 'POST', invitations, { body: invited });
        const ended = await anybody(target);
        const end = await as(by, 'DELETE', pathOf(ended));
        if (reach.includes(target)) {
          expect([give.status, take.status, asked.status, end.status]).toEqual([
            200, 200, 201, 200,
          ]);
          expect(await roleOf(given)).toBe(target);
        } else {
          for (const answer of [give, take, asked, end]) expectProblem(answer, lacks);
          expect(await roleOf(given)).toBe('viewer');
          expect(await roleOf(ended)).toBe(target);
        }
      }
    });
  });

  test('of two requests at once, the one that comes second is judged by what the first left', async () => {
    const person = await somebody('admin');
    const victim = await anybody('viewer');
    const [demoted, promoting] = await Promise.all([
      setRole(owner, person, 'viewer'),
      setRole(person, victim, 'admin'),
    ]);
    expect(demoted.status).toBe(200);
    // Whichever came first: nobody rules who does not any more.
    if (promoting.status === 200) expect(await roleOf(victim)).toBe('admin');
    else expectProblem(promoting, 'ROLE_NOT_SUFFICIENT');
    expectProblem(await setRole(person, victim, 'admin'), 'ROLE_NOT_SUFFICIENT');
  });

  describe('the last owner', () => {
    let only: Person;
    const globex = (path = '') => `${members('globex')}${path}`;
    const role = (by: Person, whose: Person, to: string) =>
      as(by, 'PATCH', globex(`/${whose.id}`), { in: 'globex', body: { role: to } });
    beforeAll(async () => {
      const { body } = await server.call('GET', globex('?limit=200'));
      for (const { userId } of body.data) {
        await expectStatus(200, server.call('DELETE', globex(`/${userId}`)));
      }
      only = await somebody('owner', 'globex');
    });

    test('can neither be demoted nor removed, nor leave, until there is another', async () => {
      expectProblem(await role(only, only, 'admin'), 'LAST_OWNER');
      const remove = () => as(only, 'DELETE', globex(`/${only.id}`), { in: 'globex' });
      expectProblem(await remove(), 'LAST_OWNER');
      const leave = () => as(only, 'DELETE', '/v1/session/memberships/globex');
      expectProblem(await leave(), 'LAST_OWNER');
      await expectStatus(200, role(only, only, 'owner'));
      const second = await somebody('viewer', 'globex');
      await expectStatus(200, role(only, second, 'owner'));
      await expectStatus(200, leave());
      expectProblem(await as(only, 'GET', globex(), { in: 'globex' }), 'ORGANIZATION_NOT_FOUND');
      only = second;
    });

    test('of two owners who demote each other, one stays', async () => {
      const second = await somebody('owner', 'globex');
      const answers = await Promise.all([
        role(only, second, 'viewer'),
        role(second, only, 'viewer'),
      ]);
      const { body } = await server.call('GET', globex());
      const owners = body.data.filter((member: { role: string }) => member.role === 'owner');
      expect(owners).toHaveLength(1);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
      only = owners[0].userId === only.id ? only : second;
    });

    test('is taken away by who stands above them, who can put another there', async () => {
      await fresh(operator);
      const demote = () =>
        byCookie(server, operator.cookie, 'PATCH', globex(`/${only.id}`), {
          body: { role: 'viewer' },
        });
      await expectStatus(200, demote());
      await expectStatus(
        200,
        server.call('PATCH', globex(`/${only.id}`), { body: { role: 'owner' } }),
      );
      await expectStatus(200, server.call('DELETE', globex(`/${only.id}`)));
    });
  });

  describe('who leaves', () => {
    test('is out at once, and their keys are revoked if they say so', async () => {
      const person = await somebody('developer');
      const { key, secret } = await createTestKey(server, { ownerId: person.id });
      const path = '/v1/session/memberships/acme?revokeKeys=true';
      const { body } = await expectStatus(200, as(person, 'DELETE', path));
      expect(body).toMatchObject({
        removed: true,
        revokedKeys: 1,
        effective: { everywhere: true },
      });
      expect((await verify(server, secret)).code).toBe('REVOKED');
      expect((await server.call('GET', `/v1/keys/${key.id}`)).body.status).toBe('revoked');
      expectProblem(await as(person, 'GET', '/v1/keys'), 'ORGANIZATION_NOT_FOUND');
      expectProblem(await as(person, 'DELETE', path), 'ORGANIZATION_NOT_FOUND');
    });

    test('revokes no keys in a role that could not', async () => {
      const person = await somebody('viewer');
      const path = '/v1/session/memberships/acme';
      const refused = await as(person, 'DELETE', `${path}?revokeKeys=true`);
      expectProblem(refused, 'ROLE_NOT_SUFFICIENT');
      await expectStatus(200, as(person, 'DELETE', path));
    });

    test('has to ask from our own pages, and to be somebody', async () => {
      const path = '/v1/session/memberships/acme';
      const headers = { origin: 'https://evil.example' };
      const foreign = await byCookie(server, owner.cookie, 'DELETE', path, { headers });
      expectProblem(foreign, 'FOREIGN_ORIGIN');
      expectProblem(await byCookie(server, '', 'DELETE', path), 'SIGN_IN_REQUIRED');
    });
  });

  describe('removing with their keys', () => {
    test('revokes all that are theirs in this organization, and says how many', async () => {
      const person = await somebody('developer');
      const other = await somebody('developer');
      const keyOf = (fields: object) => createTestKey(server, { ownerId: person.id, ...fields });
      const mine = [await keyOf({}), await keyOf({ name: 'Billing export' })];
      const disabled = await keyOf({ name: 'Old export' });
      await expectStatus(200, server.call('POST', `/v1/keys/${disabled.key.id}/disable`));
      const revoked = await keyOf({ name: 'Older export' });
      await expectStatus(200, server.call('POST', `/v1/keys/${revoked.key.id}/revoke`));
      const elsewhere = await keyOf({ organizationId: 'globex' });
      const theirs = await createTestKey(server, { ownerId: other.id });
      for (const { secret } of mine) expect((await verify(server, secret)).code).toBe('VALID');

      const answer = await as(admin, 'DELETE', `${pathOf(person)}?revokeKeys=true`);
      expect(answer.body).toMatchObject({
        organizationId: 'acme',
        userId: person.id,
        removed: true,
        revokedKeys: 3,
        effective: { everywhere: true, unreachable: [] },
      });
      for (const { secret } of [...mine, disabled]) {
        expect((await verify(server, secret)).code).toBe('REVOKED');
      }
      for (const { secret } of [elsewhere, theirs]) {
        expect((await verify(server, secret)).code).toBe('VALID');
      }
      const { body } = await server.call('GET', `/v1/keys/${mine[0].key.id}`);
      expect(body.revokedReason).toBe('Its owner does not belong to the organization any more.');
    });

    test('leaves the keys as they are unless it is asked for', async () => {
      const person = await somebody('developer');
      const { secret } = await createTestKey(server, { ownerId: person.id });
      const { body } = await as(admin, 'DELETE', pathOf(person));
      expect(body.revokedKeys).toBe(0);
      expect((await verify(server, secret)).code).toBe('VALID');
      // As after a run that broke off: the same call does the rest.
      const again = await as(admin, 'DELETE', `${pathOf(person)}?revokeKeys=true`);
      expect(again.body).toMatchObject({ removed: true, revokedKeys: 1 });
      expect((await verify(server, secret)).code).toBe('REVOKED');
      const nothing = await as(admin, 'DELETE', `${pathOf(person)}?revokeKeys=true`);
      expectProblem(nothing, 'MEMBER_NOT_FOUND');
    });

    test('revokes no key of who may not be removed', async () => {
      const { secret } = await createTestKey(server, { ownerId: owner.id });
      const refused = await as(admin, 'DELETE', `${pathOf(owner)}?revokeKeys=true`);
      expectProblem(refused, 'BEYOND_OWN_RIGHTS');
      expect((await verify(server, secret)).code).toBe('VALID');
    });
  });

  describe('a root key', () => {
    const scoped = async (permissions: readonly string[], resources = {}) =>
      (await createRootKey(server, { permissions, resources })).secret as string;

    test('gives and takes no role that may do more than it may itself', async () => {
      const person = await somebody('viewer');
      const key = await scoped(['members:write', ...rolePermissions.viewer]);
      const body = { role: 'developer' };
      const refused = await server.call('PATCH', pathOf(person), { key, body });
      expectProblem(refused, 'BEYOND_OWN_RIGHTS', { detail: /keys:write/ });
      expectProblem(await server.call('DELETE', pathOf(owner), { key }), 'BEYOND_OWN_RIGHTS');
      const revoking = await server.call('DELETE', `${pathOf(person)}?revokeKeys=true`, { key });
      expectProblem(revoking, 'BEYOND_OWN_RIGHTS', { detail: /keys:write/ });
      expect(await roleOf(person)).toBe('viewer');
    });

    test('bound to an organization, rules its members and makes no operator', async () => {
      const full = { preset: 'full-access', permissions: undefined };
      const resources = { organization: ['acme', 'claviger'] };
      const key = (await createRootKey(server, { ...full, resources })).secret;
      const person = await somebody('viewer');
      const body = { role: 'owner' };
      await expectStatus(200, server.call('PATCH', pathOf(person), { key, body }));
      await expectStatus(200, server.call('DELETE', pathOf(person), { key }));
      const invited = { email: 'eve@example.com', role: 'operator' };
      const path = '/v1/organizations/claviger/invitations';
      const refused = await server.call('POST', path, { key, body: invited });
      expectProblem(refused, 'BEYOND_OWN_RIGHTS', { detail: /reaches everywhere/ });
      const removing = await server.call('DELETE', `${members('claviger')}/${operator.id}`, {
        key,
      });
      expectProblem(removing, 'BEYOND_OWN_RIGHTS');
    });
  });

  test('an id that nobody has, a role that is none and a query that says nothing are refused', async () => {
    expectProblem(await as(owner, 'DELETE', `${members()}/${UNKNOWN}`), 'MEMBER_NOT_FOUND');
    expectProblem(await as(owner, 'DELETE', `${members()}/user_42`), 'MEMBER_NOT_FOUND');
    await fresh(owner);
    for (const role of ['operator', 'king', null]) {
      const answer: Answer = await as(owner, 'PATCH', pathOf(admin), { body: { role } });
      expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([400, '/role']);
    }
    expectFaults(await as(owner, 'DELETE', `${pathOf(admin)}?revokeKeys=yes`), {
      pointer: '/query/revokeKeys',
      message: expect.any(String) as unknown as string,
    });
  });

  test('a role is changed only soon after signing in; a removal is urgent and is not held up', async () => {
    const person = await somebody('viewer');
    await fresh(owner);
    await server.advance(10 * MINUTE_MS);
    vi.setSystemTime(server.clock.now());
    expectProblem(await setRole(owner, person, 'developer'), 'FRESH_SIGN_IN_REQUIRED');
    await expectStatus(200, as(owner, 'DELETE', pathOf(person)));
    await fresh(owner);
    await fresh(admin);
    await fresh(operator);
  });

  describe('operators', () => {
    const operators = members('claviger');

    test('are the members of the built-in organization, and no role of theirs can be changed', async () => {
      const { body } = await byCookie(server, operator.cookie, 'GET', operators);
      expect(body.data).toMatchObject([
        { userId: operator.id, organizationId: 'claviger', role: 'operator' },
      ]);
      const path = `${operators}/${operator.id}`;
      const changed = await server.call('PATCH', path, { body: { role: 'owner' } });
      expectProblem(changed, 'BUILT_IN');
      expectProblem(
        await as(owner, 'GET', operators, { in: 'claviger' }),
        'ORGANIZATION_NOT_FOUND',
      );
      expectProblem(await as(owner, 'GET', operators), 'ORGANIZATION_NOT_FOUND');
    });

    test('the last of them cannot go, but for a root key', async () => {
      const path = `${operators}/${operator.id}`;
      const remove = () => byCookie(server, operator.cookie, 'DELETE', path);
      expectProblem(await remove(), 'LAST_OWNER');
      const leave = '/v1/session/memberships/claviger';
      expectProblem(await byCookie(server, operator.cookie, 'DELETE', leave), 'LAST_OWNER');
      await expectStatus(200, server.call('DELETE', path));
      const { body } = await byCookie(server, operator.cookie, 'GET', '/v1/session');
      expect(body).toMatchObject({ user: { operator: false }, permissions: [] });
      expectProblem(
        await byCookie(server, operator.cookie, 'GET', '/v1/keys'),
        'ORGANIZATION_REQUIRED',
      );
    });
  });
});
