import { verificationStatuses, type RefusalCode } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi, expectStatus, LOGGED, verify } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

const messages: Partial<Record<RefusalCode, string>> = {
  NOT_FOUND:
    'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
  REVOKED:
    'This key was revoked, or its secret replaced. Ask for a new key, or use the current secret.',
  DISABLED:
    'This key, or its organization, is switched off. An administrator can enable the key, the platform the organization.',
  NOT_YET_VALID: 'This key is not valid yet.',
  EXPIRED: 'This key has expired. Use its current secret, or ask for a new key.',
  ENVIRONMENT_MISMATCH:
    'This key belongs to another environment. Use a key of the environment you are calling.',
  ORGANIZATION_MISMATCH: 'This key belongs to another organization.',
  ORIGIN_NOT_ALLOWED:
    'This public key may not be used from this origin. Add the origin to the key, or present a secret.',
  RESOURCE_NOT_ALLOWED: 'This key may not act on this resource.',
};

describe.each(['sqlite', 'postgres'] as const)('verification on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi('licences', {});
    await defineApi('simple', {
      environments: ['production'],
      resourceTypes: [{ id: 'customer', name: 'Customer' }],
    });
    for (const id of ['acme', 'globex']) {
      const body = { name: id };
      await expectStatus(200, server.call('PUT', `/v1/organizations/${id}`, { body }));
    }
  });
  afterAll(() => server.stop());

  const defineApi = (id: string, fields: object) => {
    const body = {
      ...exampleApi('interact'),
      environments: ['production', 'staging'],
      formats: {
        secret: { prefix: 'lic', length: 40 },
        pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
      },
      ...fields,
    };
    return expectStatus(200, server.call('PUT', `/v1/apis/${id}`, { body }));
  };
  const iso = (ms: number) => new Date(ms).toISOString();
  const ask = (body: object, key?: string) =>
    server.call('POST', '/v1/keys/verify', { body, ...(key && { key }) });

  function expectRefusal(decision: Answer['body'], code: RefusalCode, known: object): void {
    const status = verificationStatuses[code];
    const identity = code === 'NOT_FOUND' ? {} : known;
    const message = messages[code] ?? expect.any(String);
    expect(decision).toEqual({ valid: false, code, status, message, ...identity, ...LOGGED });
  }

  test('says all there is to know of a valid key', async () => {
    const expiresAt = iso(server.clock.now() + DAY_MS);
    const { key, secret } = await createTestKey(server, {
      apiId: 'licences',
      environment: 'staging',
      name: 'Licence desk 🦊',
      expiresAt,
      metadata: { plan: 'pro', seats: [1, null] },
    });
    const question = { apiId: 'licences', environment: 'staging', organizationId: 'acme' };
    for (let round = 0; round < 2; round++) {
      const { status, body, headers } = await ask({ token: secret, ...question });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({
        valid: true,
        code: 'VALID',
        status: 200,
        keyId: key.id,
        secretId: key.secrets[0].id,
        apiId: 'licences',
        organizationId: 'acme',
        environment: 'staging',
        kind: 'secret',
        name: 'Licence desk 🦊',
        permissions: ['agent_jobs_read'],
        resources: {},
        expiresAt,
        metadata: { plan: 'pro', seats: [1, null] },
        rateLimits: [],
        ...LOGGED,
      });
    }
  });

  test('says what is in the way of a key, the first in the order of the contract', async () => {
    const { key, secret, publicKey } = await createTestKey(server, {
      apiId: 'licences',
      kind: 'pair',
      environment: 'staging',
    });
    const known = {
      keyId: key.id,
      secretId: key.secrets[0].id,
      apiId: 'licences',
      organizationId: 'acme',
      environment: 'staging',
      kind: 'pair',
      name: key.name,
    };
    const patch = (body: object) =>
      expectStatus(200, server.call('PATCH', `/v1/keys/${key.id}`, { body }));
    const act = (action: string) =>
      expectStatus(200, server.call('POST', `/v1/keys/${key.id}/${action}`));
    let token = `${publicKey}:${secret}`;
    let question: object = { apiId: 'licences', environment: 'staging', organizationId: 'acme' };
    const decided = async () => (await expectStatus(200, ask({ token, ...question }))).body;

    expect((await decided()).code).toBe('VALID');

    // From here on everything that was in the way stays in the way, and what comes first is named.
    question = { ...question, permissions: ['agent_jobs_trigger', 'agent_jobs_read'] };
    expect(await decided()).toEqual({
      valid: false,
      code: 'INSUFFICIENT_PERMISSIONS',
      status: 403,
      message:
        'This key lacks agent_jobs_trigger. Add the permission to the key, or use a key that holds it.',
      missing: ['agent_jobs_trigger'],
      ...known,
      ...LOGGED,
    });
    token = publicKey;
    const half = { ...known, secretId: null };
    expectRefusal(await decided(), 'ORIGIN_NOT_ALLOWED', half);
    question = { ...question, organizationId: 'globex' };
    expectRefusal(await decided(), 'ORGANIZATION_MISMATCH', half);
    question = { ...question, environment: 'production' };
    expectRefusal(await decided(), 'ENVIRONMENT_MISMATCH', half);
    await patch({ expiresAt: iso(server.clock.now() + 1_000) });
    await server.advance(1_000);
    expectRefusal(await decided(), 'EXPIRED', half);
    await patch({ expiresAt: null, notBefore: iso(server.clock.now() + DAY_MS) });
    expectRefusal(await decided(), 'NOT_YET_VALID', half);
    await act('disable');
    expectRefusal(await decided(), 'DISABLED', half);
    await act('revoke');
    expectRefusal(await decided(), 'REVOKED', half);
    question = { ...question, apiId: 'simple' };
    expectRefusal(await decided(), 'NOT_FOUND', half);
  });

  test('an ended secret of a key that is off was revoked; an expired one is off', async () => {
    const { key, secret: first } = await createTestKey(server, { apiId: 'simple' });
    const path = `/v1/keys/${key.id}`;
    const notBefore = iso(server.clock.now() + DAY_MS);
    const second = (await server.call('POST', `${path}/rotate`, { body: { overlapSeconds: 0 } }))
      .body.secret;
    await server.call('POST', `${path}/rotate`, { body: { overlapSeconds: 1 } });
    await expectStatus(200, server.call('PATCH', path, { body: { notBefore } }));
    await server.advance(1_000);
    const code = async (token: string) => (await verify(server, token, { apiId: 'simple' })).code;
    expect([await code(first), await code(second)]).toEqual(['REVOKED', 'NOT_YET_VALID']);
    await expectStatus(200, server.call('POST', `${path}/disable`));
    expect([await code(first), await code(second)]).toEqual(['REVOKED', 'DISABLED']);
    await expectStatus(200, server.call('POST', `${path}/enable`));
    await expectStatus(200, server.call('PATCH', path, { body: { notBefore: null } }));
    expect([await code(first), await code(second)]).toEqual(['REVOKED', 'EXPIRED']);
  });

  describe('resources', () => {
    let token: string;
    const scope = { api: ['interact', 'agentsgt'], organization: ['acme'] };
    const decided = async (resources: unknown, more: object = {}) =>
      (
        await ask({
          token,
          apiId: 'claviger',
          ...(resources !== undefined && { resources }),
          ...more,
        })
      ).body;

    beforeAll(async () => {
      const fields = { permissions: ['keys:verify'], resources: scope };
      token = (await createRootKey(server, fields)).secret;
    });

    test.each([
      ['are left to the caller by {}', {}, 'VALID'],
      ['are allowed when the key names them', { api: 'interact', organization: 'acme' }, 'VALID'],
      ['are allowed as a list of such', { api: ['agentsgt', 'interact'] }, 'VALID'],
      ['of a type that does not bind the key are allowed', { environment: 'staging' }, 'VALID'],
      ['must be said where the key is bound', undefined, 'RESOURCE_NOT_ALLOWED'],
      ['are refused when one is another', { api: 'simple' }, 'RESOURCE_NOT_ALLOWED'],
      [
        'are refused when one of a list is',
        { api: ['interact', 'simple'] },
        'RESOURCE_NOT_ALLOWED',
      ],
      [
        'are refused when one type is',
        { api: 'interact', organization: 'x' },
        'RESOURCE_NOT_ALLOWED',
      ],
      ['are compared whole', { api: 'interac' }, 'RESOURCE_NOT_ALLOWED'],
    ])('%s', async (_, resources, code) => {
      const decision = await decided(resources);
      expect(decision.code).toBe(code);
      if (code === 'VALID') expect(decision.resources).toEqual(scope);
      else expect(decision).toMatchObject({ status: 403, message: messages.RESOURCE_NOT_ALLOWED });
    });

    test('come before permissions and after the organization', async () => {
      const wrong = { permissions: ['apis:write'] };
      expect((await decided(undefined, wrong)).code).toBe('RESOURCE_NOT_ALLOWED');
      expect((await decided({}, wrong)).code).toBe('INSUFFICIENT_PERMISSIONS');
      const mismatch = await decided(undefined, { organizationId: 'acme' });
      expect(mismatch.code).toBe('ORGANIZATION_MISMATCH');
    });

    test('may be named for a key that is not bound', async () => {
      const { secret } = await createTestKey(server, { apiId: 'simple' });
      const decision = await verify(server, secret, {
        apiId: 'simple',
        resources: { customer: 'cus_1' },
      });
      expect(decision).toMatchObject({ code: 'VALID', resources: {} });
    });
  });

  describe('permissions', () => {
    let token: string;
    const decided = (permissions: unknown) =>
      verify(server, token, { apiId: 'simple', permissions });

    beforeAll(async () => {
      token = (await createTestKey(server, { apiId: 'simple' })).secret;
    });

    test.each([
      [undefined, []],
      [[], []],
      [['agent_jobs_read'], []],
      [['agent_jobs_read', 'agent_jobs_read'], []],
      [{ anyOf: ['agent_jobs_trigger', 'agent_jobs_read'] }, []],
      [['agent_jobs_trigger'], ['agent_jobs_trigger']],
      [
        ['agent_jobs_read', 'fly', 'agent_jobs_trigger'],
        ['fly', 'agent_jobs_trigger'],
      ],
      [{ anyOf: ['agent_jobs_trigger'] }, ['agent_jobs_trigger']],
      [{ anyOf: ['fly', 'agent_jobs_trigger'] }, ['fly', 'agent_jobs_trigger']],
    ])('%j lacks %j', async (permissions, missing) => {
      const decision = await decided(permissions);
      const code = missing.length === 0 ? 'VALID' : 'INSUFFICIENT_PERMISSIONS';
      expect(decision).toMatchObject({ code });
      expect(decision.missing).toEqual(missing.length === 0 ? undefined : missing);
    });

    test('of which any would do are said to be one of several', async () => {
      const { message } = await decided({ anyOf: ['fly', 'agent_jobs_trigger'] });
      expect(message).toMatch(/^This key lacks one of fly, agent_jobs_trigger\. /);
    });

    test('any of none is a fault', async () => {
      const body = { token, apiId: 'simple', permissions: { anyOf: [] } };
      expectFaults(await ask(body), {
        pointer: '/permissions/anyOf',
        message: 'must not be empty',
      });
    });
  });

  describe('a question that cannot be decided', () => {
    test('names no API', async () => {
      expectFaults(await ask({ token: 'lic_x' }), {
        pointer: '/apiId',
        message: 'is required, because this root key is not bound to one API',
      });
    });

    test('names an API there is not', async () => {
      expectProblem(await ask({ token: 'lic_x', apiId: 'unknown' }), 'API_NOT_FOUND');
    });

    test('names no environment where there are several', async () => {
      const { secret } = await createTestKey(server, { apiId: 'licences' });
      for (const token of [secret, 'lic_x', '']) {
        expectFaults(await ask({ token, apiId: 'licences' }), {
          pointer: '/environment',
          message: 'is required: API "licences" has production, staging',
        });
      }
      const simple = await createTestKey(server, { apiId: 'simple' });
      expect((await verify(server, simple.secret, { apiId: 'simple' })).code).toBe('VALID');
    });

    test('names an environment there is not', async () => {
      expectFaults(await ask({ token: 'lic_x', apiId: 'licences', environment: 'prod' }), {
        pointer: '/environment',
        message: '"prod" is not an environment of API "licences", which has production, staging',
      });
    });
  });

  test('NOT_FOUND carries nothing, and is the same for every reason', async () => {
    const create = (fields: object) => createTestKey(server, { apiId: 'simple', ...fields });
    const elsewhere = await createTestKey(server, { apiId: 'licences', name: 'Elsewhere' });
    const gone = await create({ name: 'Gone' });
    await expectStatus(200, server.call('DELETE', `/v1/keys/${gone.key.id}`));
    const pair = await create({ kind: 'pair', name: 'Pair' });
    const other = await create({ kind: 'pair', name: 'Other pair' });
    const plain = await create({ name: 'Plain' });
    const revoked = await createTestKey(server, { apiId: 'licences', name: 'Revoked elsewhere' });
    await expectStatus(200, server.call('POST', `/v1/keys/${revoked.key.id}/revoke`));
    const tokens = {
      'never issued': 'lic_0000000000000000000000000000000000000000',
      malformed: 'hello',
      empty: '',
      deleted: gone.secret,
      'of another API': elsewhere.secret,
      'revoked at another API': revoked.secret,
      'the secret half alone': pair.secret,
      'two halves of two pairs': `${other.publicKey}:${pair.secret}`,
      'the halves in the wrong order': `${pair.secret}:${pair.publicKey}`,
      'two public halves': `${pair.publicKey}:${pair.publicKey}`,
      'a secret behind a public half': `${pair.publicKey}:${plain.secret}`,
      'a secret behind nothing': `:${plain.secret}`,
      'a secret twice': `${plain.secret}:${plain.secret}`,
      'with a space': `${plain.secret} `,
      'with a line feed': `${plain.secret}\n`,
      'in capitals': plain.secret.toUpperCase(),
      'with its scheme': `Bearer ${plain.secret}`,
      'a root key': server.rootKey,
    };
    for (const [what, token] of Object.entries(tokens)) {
      const decision = await verify(server, token, { apiId: 'simple' });
      const message = messages.NOT_FOUND;
      const expected = { valid: false, code: 'NOT_FOUND', status: 401, message, ...LOGGED };
      expect({ what, ...decision }).toEqual({ what, ...expected });
    }
  });

  test('a key that the asking root key may not see is unknown to it', async () => {
    const globex = await createTestKey(server, { apiId: 'simple', organizationId: 'globex' });
    const { secret } = await createRootKey(server, {
      permissions: ['keys:verify'],
      resources: { organization: ['acme'] },
    });
    for (const more of [{}, { organizationId: 'globex' }, { organizationId: 'acme' }]) {
      const { body } = await ask({ token: globex.secret, apiId: 'simple', ...more }, secret);
      expectRefusal(body, 'NOT_FOUND', {});
    }
    const acme = await createTestKey(server, { apiId: 'simple' });
    const { body } = await ask({ token: acme.secret, apiId: 'simple' }, secret);
    expect(body.code).toBe('VALID');
  });

  test('secret-token: in front is accepted, for a pair too', async () => {
    const plain = await createTestKey(server, { apiId: 'simple' });
    const pair = await createTestKey(server, { apiId: 'simple', kind: 'pair' });
    const code = async (token: string) => (await verify(server, token, { apiId: 'simple' })).code;
    expect(await code(`secret-token:${plain.secret}`)).toBe('VALID');
    expect(await code(`secret-token:${pair.publicKey}:${pair.secret}`)).toBe('VALID');
    expect(await code(`secret-token:secret-token:${plain.secret}`)).toBe('NOT_FOUND');
    expect(await code(`Secret-Token:${plain.secret}`)).toBe('NOT_FOUND');
    expect(await code('secret-token:')).toBe('NOT_FOUND');
  });

  test('what the request was about is taken and changes nothing', async () => {
    const { secret } = await createTestKey(server, { apiId: 'simple' });
    for (const ip of ['203.0.113.7', '2001:db8::1', '::ffff:203.0.113.7']) {
      const decision = await verify(server, secret, {
        apiId: 'simple',
        origin: null,
        ip,
        cost: 0,
        request: { id: 'r-1', method: 'GET', path: '/a?b=c', userAgent: 'curl/8' },
      });
      expect(decision.code).toBe('VALID');
    }
    // An origin is asked of public halves alone.
    const origin = 'https://anywhere.example';
    expect((await verify(server, secret, { apiId: 'simple', origin })).code).toBe('VALID');
  });
});
