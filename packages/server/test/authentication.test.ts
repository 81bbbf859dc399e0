import {
  rootPermissions,
  sufficient,
  type ProblemCode,
  type RootPermission,
} from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { oneConnection } from './harness/one-connection.ts';
import {
  keyOperations,
  callOperation,
  createRootKey,
  createWorld,
  managedOperations,
  type World,
} from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;
const everyPermission = rootPermissions.map(({ id }) => id);
const managed = managedOperations;

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startTestServer();
  world = await createWorld(server);
  await defineApi(server, 'agentsgt');
});
afterAll(() => server.stop());

const headersOf = (headers: Record<string, string>) => ({ key: null, headers });

describe('presenting a key', () => {
  /** Through the framework and through the route that goes around it. */
  async function statuses(headers: Record<string, string>): Promise<number[]> {
    const body = { token: 'int_unknown', apiId: 'interact' };
    const framed = await server.call('GET', '/v1/keys', headersOf(headers));
    const hot = await server.call('POST', '/v1/keys/verify', { ...headersOf(headers), body });
    return [framed.status, hot.status];
  }

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('as %s is accepted', async (scheme) => {
    expect(await statuses({ authorization: `${scheme} ${server.rootKey}` })).toEqual([200, 200]);
    expect(await statuses({ authorization: `${scheme}   ${server.rootKey}` })).toEqual([200, 200]);
  });

  test('as X-API-Key is accepted', async () => {
    expect(await statuses({ 'x-api-key': server.rootKey })).toEqual([200, 200]);
  });

  test('as secret-token: (RFC 8959) is accepted', async () => {
    const token = `secret-token:${server.rootKey}`;
    expect(await statuses({ authorization: `Bearer ${token}` })).toEqual([200, 200]);
    expect(await statuses({ 'x-api-key': token })).toEqual([200, 200]);
  });

  test('twice is accepted when both are the same', async () => {
    const headers = { authorization: `Bearer ${server.rootKey}`, 'x-api-key': server.rootKey };
    expect(await statuses(headers)).toEqual([200, 200]);
  });

  test('twice is refused when they differ, whichever would be right', async () => {
    const { secret } = await createTestKey(server);
    const right = server.rootKey;
    for (const [bearer, plain] of [
      [right, secret],
      [secret, right],
      [right, right.toLowerCase()],
    ]) {
      const headers = { authorization: `Bearer ${bearer}`, 'x-api-key': plain ?? '' };
      for (const [method, path] of [
        ['GET', '/v1/keys'],
        ['POST', '/v1/keys/verify'],
        ['GET', '/v1/me'],
      ] as const) {
        const answer = await server.call(method, path, headersOf(headers));
        expectProblem(answer, 'CONFLICTING_CREDENTIALS', {
          detail: 'Authorization and X-API-Key carry different keys. Send the key in one of them.',
        });
        expect(answer.headers.get('www-authenticate')).toBeNull();
      }
    }
  });

  test.each([
    ['with another scheme', { authorization: 'Basic cm9vdDo=' }],
    ['without a scheme', { authorization: 'x'.repeat(60) }],
    ['with nothing after the scheme', { authorization: 'Bearer ' }],
    ['as an empty X-API-Key', { 'x-api-key': '' }],
    ['in a header of another name', { 'x-auth-token': 'x' }],
    ['in a cookie', { cookie: 'authorization=Bearer x' }],
  ])('%s is presenting none', async (_, headers) => {
    const answer = await server.call('GET', '/v1/keys', headersOf(headers));
    expectProblem(answer, 'CREDENTIAL_MISSING');
  });

  test('another scheme beside X-API-Key does not disturb', async () => {
    const headers = { authorization: 'Basic cm9vdDo=', 'x-api-key': server.rootKey };
    expect(await statuses(headers)).toEqual([200, 200]);
  });

  test.each(['key', 'token', 'access_token', 'api_key', 'apiKey', 'x-api-key', 'authorization'])(
    '?%s= is never read',
    async (name) => {
      const query = `${name}=${server.rootKey}`;
      for (const path of [`/v1/keys?${query}`, `/v1/me?${query}`]) {
        expectProblem(await server.call('GET', path, { key: null }), 'CREDENTIAL_MISSING');
      }
      const body = { token: 'x', apiId: 'interact' };
      const hot = await server.call('POST', `/v1/keys/verify?${query}`, { key: null, body });
      expectProblem(hot, 'CREDENTIAL_MISSING');
    },
  );

  test('in a form is never read', async () => {
    const answer = await server.call('POST', '/v1/keys', {
      key: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      rawBody: `access_token=${server.rootKey}`,
    });
    expectProblem(answer, 'CREDENTIAL_MISSING');
  });
});

describe('the challenge', () => {
  const NO_KEY = 'Bearer realm="claviger"';
  const invalid = (description: string) =>
    `Bearer realm="claviger", error="invalid_token", error_description="${description}"`;

  const tokens: [string, string, string, () => Promise<string> | string][] = [
    [
      'an invented key',
      'NOT_FOUND',
      'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
      () => 'clv_0000000000000000000000000000000000000000000000',
    ],
    [
      'a key cut short',
      'NOT_FOUND',
      'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
      () => server.rootKey.slice(0, -1),
    ],
    [
      'a key of another API',
      'NOT_FOUND',
      'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
      async () => (await createTestKey(server)).secret,
    ],
    [
      'a revoked key',
      'REVOKED',
      'This key was revoked, or its secret replaced. Ask for a new key, or use the current secret.',
      async () => {
        const { key, secret } = await createRootKey(server, { preset: 'full-access' });
        await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`));
        return secret;
      },
    ],
    [
      'a disabled key',
      'DISABLED',
      'This key, or its organization, is switched off. An administrator can enable the key, the platform the organization.',
      async () => {
        const { key, secret } = await createRootKey(server, { preset: 'full-access' });
        await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/disable`));
        return secret;
      },
    ],
    [
      'a key that is not valid yet',
      'NOT_YET_VALID',
      'This key is not valid yet.',
      async () => {
        const notBefore = '2036-01-01T00:00:00.000Z';
        return (await createRootKey(server, { preset: 'full-access', notBefore })).secret;
      },
    ],
    [
      'an expired key',
      'EXPIRED',
      'This key has expired. Use its current secret, or ask for a new key.',
      async () => {
        const expiresAt = new Date(server.clock.now() + DAY_MS).toISOString();
        const { secret } = await createRootKey(server, { preset: 'full-access', expiresAt });
        await server.advance(DAY_MS);
        return secret;
      },
    ],
  ];

  test.each(tokens)('for %s says %s', async (_, code, description, token) => {
    const key = await token();
    const body = { token: 'int_unknown', apiId: 'interact' };
    for (const answer of [
      await server.call('GET', '/v1/keys', { key }),
      await server.call('POST', '/v1/keys/verify', { key, body }),
    ]) {
      expectProblem(answer, code as 'NOT_FOUND', { detail: description });
      expect(answer.headers.get('www-authenticate')).toBe(invalid(description));
    }
  });

  test('for no key names the realm and no error', async () => {
    for (const operation of keyOperations) {
      const answer = await callOperation(server, operation, world, { key: null });
      expectProblem(answer, 'CREDENTIAL_MISSING', {
        detail:
          'No API key was presented. Send it as Authorization: Bearer <key> or X-API-Key: <key>.',
      });
      expect(answer.headers.get('www-authenticate')).toBe(NO_KEY);
    }
  });

  test('to any key of another API names that API as the realm', async () => {
    const { key, secret } = await createTestKey(server);
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/disable`));
    const answer = await server.call('GET', '/v1/me', { key: secret });
    expectProblem(answer, 'DISABLED');
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="interact", error="invalid_token"/,
    );
  });

  test('is not sent with a 403 for another reason than a permission', async () => {
    const fields = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access' };
    const { publicKey } = await createTestKey(server, fields);
    const answer = await server.call('GET', '/v1/me', { key: publicKey });
    expectProblem(answer, 'ORIGIN_NOT_ALLOWED');
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  test('is not sent with other refusals', async () => {
    for (const path of ['/v1/keys?limit=0', '/v1/apis/unknown', '/nowhere']) {
      const answer = await server.call('GET', path);
      expect(answer.headers.get('www-authenticate')).toBeNull();
    }
  });
});

describe.each(managed)('$id', (operation) => {
  const enough = sufficient(operation.permission as RootPermission);
  const anyOf = enough.length > 1 ? 'one of ' : '';

  test(`is refused to a root key that holds everything but ${enough.join(' and ')}`, async () => {
    const others = everyPermission.filter((id) => !enough.includes(id));
    const { secret } = await createRootKey(server, { permissions: others });
    const answer = await callOperation(server, operation, world, { key: secret });
    expectProblem(answer, 'INSUFFICIENT_PERMISSIONS', {
      detail: `This key lacks ${anyOf}${enough.join(', ')}. Add the permission to the key, or use a key that holds it.`,
    });
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="claviger", error="insufficient_scope", scope="${enough.join(' ')}"`,
    );
  });

  test.each(enough)(`is open to a root key that holds %s alone`, async (permission) => {
    const { secret } = await createRootKey(server, { permissions: [permission] });
    const answer = await callOperation(server, operation, world, { key: secret });
    // Who gives or takes a role holds what it may do, too, or could become an operator: see members.test.ts, recoveries.test.ts.
    if (permission === 'members:write' && answer.status === 403) {
      expectProblem(answer, 'BEYOND_OWN_RIGHTS', {
        detail: /^The role viewer may do |^An account may belong to /,
      });
    } else {
      expect([401, 403]).not.toContain(answer.status);
    }
  });

  test('is closed to a key of another API, whatever it may do there', async () => {
    const permissions = ['agent_jobs_read', 'agent_jobs_trigger'];
    const organizationId = 'bystanders';
    const body = { name: 'Bystanders' };
    await expectStatus(200, server.call('PUT', `/v1/organizations/${organizationId}`, { body }));
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server, { organizationId, permissions });
    expectProblem(await callOperation(server, operation, world, { key: secret }), 'NOT_FOUND');
  });
});

describe('a root key', () => {
  /** By the framework's routes, and by the one around it, which remembers what each connection presented. */
  async function answers(key: string): Promise<Answer[]> {
    const body = { token: 'int_unknown', apiId: 'interact' };
    return [
      await server.call('GET', '/v1/apis', { key }),
      await server.call('POST', '/v1/keys/verify', { key, body }),
      await server.call('POST', '/v1/keys/verify', { key, body }),
    ];
  }

  async function expectAdmitted(key: string): Promise<void> {
    expect((await answers(key)).map(({ status }) => status)).toEqual([200, 200, 200]);
  }

  async function expectRefused(key: string, code: ProblemCode): Promise<void> {
    for (const answer of await answers(key)) expectProblem(answer, code);
  }

  const create = (fields: object = {}) =>
    createRootKey(server, { preset: 'full-access', ...fields });
  const act = (id: string, action: string, body: object = {}) =>
    expectStatus(200, server.call('POST', `/v1/keys/${id}/${action}`, { body }));

  test('is refused from the moment it is revoked', async () => {
    const { key, secret } = await create();
    await expectAdmitted(secret);
    await act(key.id, 'revoke');
    await expectRefused(secret, 'REVOKED');
  });

  test('that revokes itself is answered, and refused from then on', async () => {
    const { key, secret } = await create();
    await expectAdmitted(secret);
    const path = `/v1/keys/${key.id}/revoke`;
    const { body } = await expectStatus(200, server.call('POST', path, { key: secret }));
    expect(body).toMatchObject({ key: { status: 'revoked' }, effective: { everywhere: true } });
    await expectRefused(secret, 'REVOKED');
  });

  test('is refused from the moment it is disabled, and accepted again when it is enabled', async () => {
    const { key, secret } = await create();
    await expectAdmitted(secret);
    await act(key.id, 'disable');
    await expectRefused(secret, 'DISABLED');
    await act(key.id, 'enable');
    await expectAdmitted(secret);
  });

  test('is refused from the moment it expires', async () => {
    const expiresAt = new Date(server.clock.now() + 60_000).toISOString();
    const { secret } = await create({ expiresAt });
    await server.advance(59_999);
    await expectAdmitted(secret);
    await server.advance(1);
    await expectRefused(secret, 'EXPIRED');
  });

  test('is unknown from the moment it is deleted', async () => {
    const { key, secret } = await create();
    await expectAdmitted(secret);
    await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
    await expectRefused(secret, 'NOT_FOUND');
  });

  test('gains and loses a permission at once', async () => {
    const all = ['apis:read', 'keys:read', 'keys:verify'];
    const { key, secret } = await createRootKey(server, { permissions: all });
    const patch = (permissions: string[]) =>
      expectStatus(200, server.call('PATCH', `/v1/keys/${key.id}`, { body: { permissions } }));
    await expectAdmitted(secret);
    await patch(['keys:read']);
    await expectRefused(secret, 'INSUFFICIENT_PERMISSIONS');
    await patch(all);
    await expectAdmitted(secret);
  });

  test('is bound from the moment it is bound', async () => {
    const { key, secret } = await create();
    const { secret: token } = await createTestKey(server);
    const code = async () => {
      const body = { token, apiId: 'interact' };
      return (await server.call('POST', '/v1/keys/verify', { key: secret, body })).body.code;
    };
    expect([await code(), await code()]).toEqual(['VALID', 'VALID']);
    const body = { resources: { organization: ['globex'] } };
    await expectStatus(200, server.call('PATCH', `/v1/keys/${key.id}`, { body }));
    expect(await code()).toBe('NOT_FOUND');
  });

  test('that is rotated answers to both secrets until the overlap ends', async () => {
    const { key, secret: old } = await create();
    await expectAdmitted(old);
    const { secret } = (await act(key.id, 'rotate', { overlapSeconds: 60 })).body;
    await server.advance(59_999);
    for (const each of [old, secret]) await expectAdmitted(each);
    await server.advance(1);
    await expectRefused(old, 'EXPIRED');
    await expectAdmitted(secret);
    await act(key.id, 'regenerate');
    await expectRefused(secret, 'REVOKED');
  });

  test('is judged by each request alone, whatever came before on the connection', async () => {
    const { secret: weak } = await createRootKey(server, { permissions: ['apis:read'] });
    const connection = oneConnection(server.url);
    const body = JSON.stringify({ token: 'int_unknown', apiId: 'interact' });
    const ask = (headers: Record<string, string>) =>
      connection.post('/v1/keys/verify', { headers, body });
    const right = { authorization: `Bearer ${server.rootKey}` };
    const requests: [Record<string, string>, string][] = [
      [right, 'NOT_FOUND 200'],
      [{}, 'CREDENTIAL_MISSING 401'],
      [right, 'NOT_FOUND 200'],
      [{ authorization: `Bearer ${weak}` }, 'INSUFFICIENT_PERMISSIONS 403'],
      [{ 'x-api-key': weak }, 'INSUFFICIENT_PERMISSIONS 403'],
      [right, 'NOT_FOUND 200'],
      [{ ...right, 'x-api-key': weak }, 'CONFLICTING_CREDENTIALS 400'],
      [{ 'x-api-key': server.rootKey }, 'NOT_FOUND 200'],
      [{ authorization: `Bearer ${server.rootKey}0` }, 'NOT_FOUND 401'],
      [{ authorization: 'Bearer ' }, 'CREDENTIAL_MISSING 401'],
    ];
    const ports = new Set<number | undefined>();
    for (const [headers, expected] of requests) {
      const { status, body: answer, port } = await ask(headers);
      expect(`${answer.code} ${status}`).toBe(expected);
      ports.add(port);
    }
    connection.close();
    expect(ports.size).toBe(1);
  });

  test('can be verified like any other key', async () => {
    const { secret } = await createRootKey(server, { preset: 'verify-only' });
    const decision = await verify(server, secret, { apiId: 'claviger' });
    expect(decision).toMatchObject({ code: 'VALID', permissions: ['keys:verify'] });
  });

  test('belongs to the built-in organization and no other', async () => {
    const root = { apiId: 'claviger', organizationId: 'acme', name: 'x', preset: 'full-access' };
    expectProblem(await server.call('POST', '/v1/keys', { body: root }), 'INVALID_REQUEST', {
      errors: [
        {
          pointer: '/organizationId',
          message:
            'must be "claviger": root keys belong to the built-in organization; bind them to others in "resources"',
        },
      ],
    });
    const ordinary = { ...root, apiId: 'agentsgt', organizationId: 'claviger', kind: 'pair' };
    expectProblem(await server.call('POST', '/v1/keys', { body: ordinary }), 'INVALID_REQUEST', {
      errors: [{ pointer: '/organizationId', message: '"claviger" owns root keys only' }],
    });
  });
});
