import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assert, asyncProperty, jsonValue, type JsonValue } from 'fast-check';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;
const EVERYWHERE = { everywhere: true, at: expect.any(String), unreachable: [] };

/** An API with everything a key can choose from. */
const LICENCES = {
  ...exampleApi('interact'),
  environments: ['staging', 'production'],
  formats: {
    secret: { prefix: { production: 'lic_live', staging: 'lic_test' }, length: 40 },
    pair: {
      public: { prefix: { production: 'pk_live', staging: 'pk_test' }, length: 32 },
      secret: { prefix: 'sk', length: 60 },
    },
  },
  presets: [{ id: 'full-access', name: 'Full access', grants: 'all' }],
};

describe.each(['sqlite', 'postgres'] as const)('creating a key on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi('licences', {});
    for (const id of ['acme', 'globex']) {
      const body = { name: id };
      await expectStatus(200, server.call('PUT', `/v1/organizations/${id}`, { body }));
    }
  });
  afterAll(() => server.stop());

  const defineApi = (id: string, fields: object) =>
    expectStatus(200, server.call('PUT', `/v1/apis/${id}`, { body: { ...LICENCES, ...fields } }));
  const bodyOf = (fields: object) => ({
    apiId: 'licences',
    organizationId: 'acme',
    name: 'Licence desk',
    permissions: ['agent_jobs_read'],
    ...fields,
  });
  const create = (fields: object) => server.call('POST', '/v1/keys', { body: bodyOf(fields) });
  const created = async (fields: object) => (await expectStatus(201, create(fields))).body;
  const inDays = (days: number, ms = 0) =>
    new Date(server.clock.now() + days * DAY_MS + ms).toISOString();

  test('fills in what is left out', async () => {
    const { key, secret, publicKey, effective } = await created({});
    expect(secret).toMatch(/^lic_test_[0-9A-Za-z]{40}$/);
    expect(publicKey).toBeUndefined();
    expect(effective).toEqual(EVERYWHERE);
    const now = new Date(server.clock.now()).toISOString();
    const hint = `${secret.slice(0, 13)}…${secret.slice(-4)}`;
    expect(key).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/),
      apiId: 'licences',
      organizationId: 'acme',
      environment: 'staging',
      kind: 'secret',
      name: 'Licence desk',
      description: null,
      hint,
      publicKey: null,
      permissions: ['agent_jobs_read'],
      preset: null,
      allowedOrigins: [],
      allowedIps: [],
      resources: {},
      ownerId: null,
      replacesKeyId: null,
      rateLimits: [],
      credits: null,
      status: 'active',
      expiresAt: null,
      notBefore: null,
      revokedAt: null,
      revokedReason: null,
      createdAt: now,
      createdBy: { type: 'rootKey', id: expect.stringMatching(/^key_/) },
      updatedAt: now,
      lastUsedAt: null,
      secrets: [
        {
          id: expect.stringMatching(/^sec_[0-9A-Za-z]{22}$/),
          hint,
          createdAt: now,
          expiresAt: null,
          lastUsedAt: null,
        },
      ],
      warnings: [],
      metadata: {},
    });
  });

  test('keeps every field that is given, and reads it back', async () => {
    const fields = {
      kind: 'pair',
      environment: 'production',
      name: 'Lager «Süd» 株式会社 🦊',
      description: 'Two lines\nof text',
      permissions: ['agent_jobs_trigger', 'agent_jobs_read'],
      preset: 'full-access',
      expiresAt: inDays(30),
      notBefore: inDays(1),
      ownerId: 'user:42@acme',
      metadata: { plan: 'pro', seats: 3, tags: ['a', null, { deep: true }] },
    };
    const { key, secret, publicKey } = await created(fields);
    expect(key).toMatchObject({ ...fields, status: 'inactive', publicKey });
    expect(secret).toMatch(/^sk_[0-9A-Za-z]{60}$/);
    expect(publicKey).toMatch(/^pk_live_[0-9A-Za-z]{32}$/);
    expect((await server.call('GET', `/v1/keys/${key.id}`)).body).toEqual(key);
    const { body } = await server.call('GET', `/v1/keys?ownerId=${fields.ownerId}`);
    expect(body).toEqual({ data: [key], nextCursor: null, previousCursor: null });
  });

  test('shows the secret this once', async () => {
    const { key, secret } = await created({ name: 'Shown once' });
    for (const path of [`/v1/keys/${key.id}`, '/v1/keys?limit=200', `/v1/keys?q=${secret}`]) {
      expect((await server.call('GET', path)).text).not.toContain(secret);
    }
    expect((await server.call('GET', '/v1/me', { key: secret })).text).not.toContain(secret);
  });

  test('gives the prefix of the environment, and the key works there alone', async () => {
    const { secret } = await created({ environment: 'production' });
    expect(secret).toMatch(/^lic_live_/);
    const at = async (environment: string) =>
      (await verify(server, secret, { apiId: 'licences', environment })).code;
    expect(await at('production')).toBe('VALID');
    expect(await at('staging')).toBe('ENVIRONMENT_MISMATCH');
    expectFaults(await create({ environment: 'development' }), {
      pointer: '/environment',
      message: '"development" cannot be used here; the API has staging, production',
    });
  });

  test('never makes the same secret twice', async () => {
    const keys = await Promise.all(Array.from({ length: 50 }, () => created({})));
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(50);
    expect(new Set(keys.map(({ key }) => key.id)).size).toBe(50);
  });

  test('asks for a permission or a preset', async () => {
    const message = 'must name at least one permission, or "preset" must be set';
    const pointer = '/permissions';
    expectFaults(await create({ permissions: [] }), { pointer, message });
    expectFaults(await create({ permissions: undefined }), { pointer, message });
    await created({ permissions: [], preset: 'full-access' });
  });

  test('is refused for an API there is not', async () => {
    expectProblem(await create({ apiId: 'unknown' }), 'API_NOT_FOUND', {
      detail:
        'There is no API "unknown" here. Define it with PUT /v1/apis/unknown, or correct "apiId".',
    });
  });

  describe('names', () => {
    test.each(['test', 'New Key', 'key 1', 'my api key', 'TOKEN', 'untitled', 'API-Key #2', 'xxx'])(
      '%s is warned about',
      async (name) => {
        const { key } = await created({ name });
        expect(key.warnings).toEqual([
          {
            code: 'VAGUE_NAME',
            message: `"${name}" does not say what uses the key. Name the system and the environment, such as "Warehouse staging" or "Finance export job".`,
          },
        ]);
        const read = await server.call('GET', `/v1/keys/${key.id}`);
        expect(read.body.warnings).toEqual(key.warnings);
      },
    );

    test.each(['Warehouse staging', 'Testing lab Zürich', 'Keycloak', 'Newsletter', '新しい鍵'])(
      '%s is not',
      async (name) => {
        expect((await created({ name })).key.warnings).toEqual([]);
      },
    );

    test('are trimmed, and have 1 to 100 characters on one line', async () => {
      expect((await created({ name: '\u00a0 Night job \n' })).key.name).toBe('Night job');
      expect((await created({ name: '🦊'.repeat(50) })).key.name).toBe('🦊'.repeat(50));
      const pointer = '/name';
      expectFaults(await create({ name: ' \t ' }), { pointer, message: 'must not be empty' });
      const long = 'must have at most 100 characters';
      expectFaults(await create({ name: 'x'.repeat(101) }), { pointer, message: long });
      const message = 'must be one line of Unicode text without control characters';
      for (const name of ['a\nb', 'a\u0000b', 'a\u007fb', 'a\u2028b', 'a\ud800b']) {
        expectFaults(await create({ name }), { pointer, message });
      }
    });
  });

  describe('a maximum per organization', () => {
    test('is kept, however many are created at once', async () => {
      await defineApi('three', { maxKeysPerOrganization: 3 });
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => create({ apiId: 'three', environment: 'staging' })),
      );
      expect(answers.filter(({ status }) => status === 201).length).toBe(3);
      for (const answer of answers.filter(({ status }) => status !== 201)) {
        expectProblem(answer, 'KEY_LIMIT_REACHED', {
          detail:
            'The organization "acme" has 3 keys of API "three", which allows 3. Revoke or delete one that is no longer used.',
        });
      }
      await expectStatus(201, create({ apiId: 'three', organizationId: 'globex' }));
    });

    test('counts neither revoked, nor deleted, nor expired keys, but disabled ones', async () => {
      await defineApi('one', { maxKeysPerOrganization: 1 });
      const fields = { apiId: 'one' };
      const end = async (act: (id: string) => Promise<Answer>, more: object = {}) => {
        const { key } = await created({ ...fields, ...more });
        expectProblem(await create(fields), 'KEY_LIMIT_REACHED');
        await expectStatus(200, act(key.id));
      };
      await end((id) => server.call('POST', `/v1/keys/${id}/revoke`));
      await end((id) => server.call('DELETE', `/v1/keys/${id}`));
      await end(
        async (id) => {
          await server.advance(DAY_MS);
          return server.call('GET', `/v1/keys/${id}`);
        },
        { expiresAt: inDays(1) },
      );
      await end((id) => server.call('POST', `/v1/keys/${id}/disable`));
      expectProblem(await create(fields), 'KEY_LIMIT_REACHED');
    });
  });

  describe('the end of its life', () => {
    const pointer = '/expiresAt';

    beforeAll(async () => {
      await defineApi('ninety', { expiry: { defaultDays: 30, maxDays: 90 } });
      await defineApi('max-only', { expiry: { maxDays: 7 } });
      await defineApi('default-only', { expiry: { defaultDays: 7 } });
    });

    test('is the API’s default when nothing is said', async () => {
      const expiresAt = async (apiId: string) => (await created({ apiId })).key.expiresAt;
      expect(await expiresAt('licences')).toBeNull();
      expect(await expiresAt('ninety')).toBe(inDays(30));
      expect(await expiresAt('max-only')).toBe(inDays(7));
      expect(await expiresAt('default-only')).toBe(inDays(7));
    });

    test('is never where that is asked for and allowed', async () => {
      const { key } = await created({ apiId: 'default-only', expiresAt: null });
      expect(key.expiresAt).toBeNull();
      expectFaults(await create({ apiId: 'ninety', expiresAt: null }), {
        pointer,
        message: 'must not be null: keys of this API live 90 days at most',
      });
    });

    test('lies within the maximum, to the millisecond', async () => {
      const latest = inDays(90);
      const { key } = await created({ apiId: 'ninety', expiresAt: latest });
      expect(key.expiresAt).toBe(latest);
      expectFaults(await create({ apiId: 'ninety', expiresAt: inDays(90, 1) }), {
        pointer,
        message: `must not be later than ${latest}: keys of this API live 90 days at most`,
      });
    });

    test('lies in the future', async () => {
      const message = 'must lie in the future; to cut a key off now, revoke it';
      for (const past of [inDays(0), inDays(-1), '1970-01-01T00:00:00Z']) {
        expectFaults(await create({ expiresAt: past }), { pointer, message });
      }
      await created({ expiresAt: inDays(0, 1) });
    });

    test('may be written in any offset, and is answered in UTC', async () => {
      const { key } = await created({
        expiresAt: '2031-05-01T12:00:00+02:00',
        notBefore: '2031-04-30T23:59:59.5-01:30',
      });
      expect(key.expiresAt).toBe('2031-05-01T10:00:00.000Z');
      expect(key.notBefore).toBe('2031-05-01T01:29:59.500Z');
    });

    test.each(['tomorrow', '2031-05-01', '2031-02-29T00:00:00Z', '2031-05-01T25:00:00Z', 1.9e12])(
      'is not %s',
      async (expiresAt) => {
        const message =
          typeof expiresAt === 'number'
            ? 'must be a string'
            : 'must be a date and time such as 2026-11-21T09:30:00.000Z';
        expectFaults(await create({ expiresAt }), { pointer, message });
      },
    );

    test('lies after its beginning', async () => {
      const fault = { pointer: '/notBefore', message: 'must lie before expiresAt' };
      for (const ms of [0, 1]) {
        expectFaults(await create({ expiresAt: inDays(5), notBefore: inDays(5, ms) }), fault);
      }
      expectFaults(await create({ apiId: 'max-only', notBefore: inDays(7) }), fault);
      await created({ expiresAt: inDays(5), notBefore: inDays(5, -1) });
    });

    test('is exact: valid until, not at, the end, and from, not before, the beginning', async () => {
      const { secret } = await created({ notBefore: inDays(1), expiresAt: inDays(2) });
      const code = async (ms: number) => {
        await server.advance(ms);
        return (await verify(server, secret, { apiId: 'licences', environment: 'staging' })).code;
      };
      expect(await code(0)).toBe('NOT_YET_VALID');
      expect(await code(DAY_MS - 1)).toBe('NOT_YET_VALID');
      expect(await code(1)).toBe('VALID');
      expect(await code(DAY_MS - 1)).toBe('VALID');
      expect(await code(1)).toBe('EXPIRED');
    });
  });

  describe('metadata', () => {
    const pointer = '/metadata';
    const ask = { apiId: 'licences', environment: 'staging' };

    test('holds 4 KiB of JSON, counted in UTF-8', async () => {
      const message = 'must not exceed 4 KiB of JSON';
      // {"a":"…"} is eight bytes around the text.
      for (const [text, over] of [
        ['x'.repeat(4_088), 'x'],
        ['é'.repeat(2_044), 'é'],
        ['🦊'.repeat(1_022), '🦊'],
      ] as const) {
        const { key } = await created({ metadata: { a: text } });
        expect(key.metadata).toEqual({ a: text });
        expectFaults(await create({ metadata: { a: text + over } }), { pointer, message });
      }
    });

    test('has names of 1 to 100 characters', async () => {
      const name = 'é'.repeat(100);
      expect((await created({ metadata: { [name]: 1 } })).key.metadata).toEqual({ [name]: 1 });
      expectFaults(await create({ metadata: { '': 1 } }), {
        pointer: '/metadata/',
        message: 'is not a name that can be used here: must not be empty',
      });
      const long = 'x'.repeat(101);
      expectFaults(await create({ metadata: { [long]: 1 } }), {
        pointer: `/metadata/${long}`,
        message: 'is not a name that can be used here: must have at most 100 characters',
      });
    });

    test.each([
      [{ a: 'b\u0000' }],
      [{ 'a\u0000': 'b' }],
      [{ a: '\ud800' }],
      [{ a: ['\udc00'] }],
      [{ a: { '\ud83e': 1 } }],
    ])('%j cannot be stored', async (metadata) => {
      const message = 'must hold Unicode text without NUL characters only';
      expectFaults(await create({ metadata }), { pointer, message });
    });

    test('is nested 60 levels deep at most, or is refused', async () => {
      const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)]);
      const deep = { a: nested(60) };
      expect((await created({ metadata: deep })).key.metadata).toEqual(deep);
      expectProblem(await create({ metadata: { a: nested(1_000) } }), 'INVALID_REQUEST', {
        errors: [{ pointer: '', message: 'must not be nested deeper than 64 levels' }],
      });
    });

    test('with a number that JSON can write and nobody can read is refused', async () => {
      const rawBody = JSON.stringify(bodyOf({ metadata: { a: 0 } })).replace('"a":0', '"a":1e400');
      const headers = { 'content-type': 'application/json' };
      const answer = await server.call('POST', '/v1/keys', { headers, rawBody });
      expectProblem(answer, 'INVALID_REQUEST', { detail: /^\/metadata\/a / });
    });

    test('comes back as it was given, whatever it is', async () => {
      const storable = (value: JsonValue) => {
        const text = JSON.stringify(value);
        return text.isWellFormed() && !/\\u0000|\\ud[89a-f]|__proto__/.test(text);
      };
      const values = jsonValue({ maxDepth: 3, stringUnit: 'binary' }).filter(storable);
      await assert(
        asyncProperty(values, async (value) => {
          const metadata = JSON.parse(JSON.stringify({ value }));
          const { key, secret } = await created({ metadata });
          expect(key.metadata).toEqual(metadata);
          const read = await server.call('GET', `/v1/keys/${key.id}`);
          expect(read.body.metadata).toEqual(metadata);
          expect((await verify(server, secret, ask)).metadata).toEqual(metadata);
        }),
        { numRuns: 30 },
      );
    });
  });

  test('says who created it', async () => {
    const { data } = (await server.call('GET', '/v1/keys?apiId=claviger')).body;
    expect(data).toMatchObject([{ createdBy: { type: 'system', id: 'first start' } }]);
    const { key } = await createTestKey(server, { apiId: 'licences' });
    expect(key.createdBy).toEqual({ type: 'rootKey', id: data[0].id });
  });
});
