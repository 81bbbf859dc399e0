import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults } from './harness/expect-problem.ts';
import { exampleApi, expectStatus } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const put = (fields: object) =>
  server.call('PUT', '/v1/apis/interact', { body: { ...exampleApi('interact'), ...fields } });

const permission = (id: string, fields: object = {}) => ({ id, name: 'Do it', ...fields });
const preset = (id: string, grants: unknown) => ({ id, name: 'Some', grants });
const format = (prefix: unknown, length = 48) => ({ secret: { prefix, length } });

test('what a definition leaves out is filled in', async () => {
  const body = {
    name: '  Interact API ',
    formats: format('int'),
    permissions: [{ id: 'agent_jobs_read', name: 'Read jobs' }],
  };
  const answer = await expectStatus(200, server.call('PUT', '/v1/apis/defaults', { body }));
  const api = {
    id: 'defaults',
    name: 'Interact API',
    formats: { secret: { prefix: 'int', length: 48 } },
    legacyFormats: [],
    environments: ['production'],
    revocation: 'final',
    permissions: [
      { id: 'agent_jobs_read', name: 'Read jobs', access: 'write', publishable: false },
    ],
    presets: [],
    expiry: null,
    rateLimits: [],
    rateLimitMax: null,
    resourceTypes: [],
    onLeak: { action: 'notify' },
    maxKeysPerOrganization: null,
    createdAt: '2026-11-21T09:30:00.000Z',
    updatedAt: '2026-11-21T09:30:00.000Z',
  };
  expect(answer.body).toEqual({
    api,
    effective: { everywhere: true, at: '2026-11-21T09:30:00.000Z', unreachable: [] },
  });
  expect((await server.call('GET', '/v1/apis/defaults')).body).toEqual(api);
});

test('an expiry that leaves out a part has it filled in', async () => {
  const { body } = await expectStatus(200, put({ expiry: { maxDays: 90 } }));
  expect(body.api.expiry).toEqual({ defaultDays: null, maxDays: 90, remindDays: [14, 7, 1] });
});

const faulty: [string, object, { pointer: string; message: string }[]][] = [
  [
    'no kind of key',
    { formats: {} },
    [{ pointer: '/formats', message: 'must define at least one kind of key' }],
  ],
  [
    'half a pair',
    { formats: { pair: { public: { prefix: 'pk', length: 32 } } } },
    [{ pointer: '/formats/pair/secret', message: 'is required' }],
  ],
  [
    'a kind of key there is not',
    { formats: { ...format('int'), certificate: {} } },
    [{ pointer: '/formats/certificate', message: 'is not a field of this request' }],
  ],
  [
    'a secret of less than 128 bits',
    { formats: format('int', 27) },
    [{ pointer: '/formats/secret/length', message: 'must be at least 28' }],
  ],
  [
    'a secret too long for a header',
    { formats: format('int', 129) },
    [{ pointer: '/formats/secret/length', message: 'must be at most 128' }],
  ],
  [
    'a prefix in capitals',
    { formats: format('INT') },
    [{ pointer: '/formats/secret/prefix', message: 'must match ^[a-z][a-z0-9_]{0,30}$' }],
  ],
  [
    'a prefix of 32 characters',
    { formats: format('a'.repeat(32)) },
    [{ pointer: '/formats/secret/prefix', message: 'must match ^[a-z][a-z0-9_]{0,30}$' }],
  ],
  [
    'a prefix map with a gap and a stranger',
    {
      environments: ['production', 'staging'],
      formats: format({ production: 'sk_live', development: 'sk_dev' }),
    },
    [
      {
        pointer: '/formats/secret/prefix',
        message: 'has no prefix for environment "staging"',
      },
      {
        pointer: '/formats/secret/prefix/development',
        message: '"development" is not one of "environments"',
      },
    ],
  ],
  [
    'a prefix map with a gap in a pair',
    {
      environments: ['production', 'staging'],
      formats: {
        pair: {
          public: { prefix: { production: 'pk', staging: 'pk_test' }, length: 32 },
          secret: { prefix: { staging: 'sk_test' }, length: 60 },
        },
      },
    },
    [
      {
        pointer: '/formats/pair/secret/prefix',
        message: 'has no prefix for environment "production"',
      },
    ],
  ],
  [
    'a permission twice',
    { permissions: [permission('read'), permission('write'), permission('read')] },
    [{ pointer: '/permissions/2/id', message: '"read" is defined twice' }],
  ],
  [
    'a preset twice',
    { presets: [preset('all', 'all'), preset('all', 'read')] },
    [{ pointer: '/presets/1/id', message: '"all" is defined twice' }],
  ],
  [
    'presets with permissions there are not',
    {
      presets: [
        preset('first', 'all'),
        preset('second', { permissions: ['agent_jobs_read', 'fly', 'swim'] }),
      ],
    },
    [
      {
        pointer: '/presets/1/grants/permissions/1',
        message: '"fly" is not one of "permissions"',
      },
      {
        pointer: '/presets/1/grants/permissions/2',
        message: '"swim" is not one of "permissions"',
      },
    ],
  ],
  [
    'a preset with nothing in it',
    { presets: [preset('none', { permissions: [] })] },
    [{ pointer: '/presets/0/grants/permissions', message: 'must not be empty' }],
  ],
  [
    'no permission at all',
    { permissions: [] },
    [{ pointer: '/permissions', message: 'must not be empty' }],
  ],
  [
    'a permission that cannot stand in a header',
    { permissions: [permission('read jobs'), permission('a"b'), permission('ünique')] },
    [0, 1, 2].map((index) => ({
      pointer: `/permissions/${index}/id`,
      message: 'must match ^[A-Za-z0-9][A-Za-z0-9_:./-]{0,63}$',
    })),
  ],
  [
    'an access there is not',
    { permissions: [permission('read', { access: 'execute' })] },
    [{ pointer: '/permissions/0/access', message: 'must be one of "read", "write"' }],
  ],
  [
    'an environment twice',
    { environments: ['production', 'production'] },
    [{ pointer: '/environments', message: 'must not name the same entry twice' }],
  ],
  [
    'no environment',
    { environments: [] },
    [{ pointer: '/environments', message: 'must not be empty' }],
  ],
  [
    'a default life beyond the maximum',
    { expiry: { defaultDays: 91, maxDays: 90 } },
    [{ pointer: '/expiry', message: 'defaultDays must not exceed maxDays' }],
  ],
  [
    'a life of no days and one of centuries',
    { expiry: { defaultDays: 0, maxDays: 3_651 } },
    [
      { pointer: '/expiry/defaultDays', message: 'must be at least 1' },
      { pointer: '/expiry/maxDays', message: 'must be at most 3650' },
    ],
  ],
  [
    'room for no key',
    { maxKeysPerOrganization: 0 },
    [{ pointer: '/maxKeysPerOrganization', message: 'must be at least 1' }],
  ],
  [
    'a kind of revocation there is not',
    { revocation: 'maybe' },
    [{ pointer: '/revocation', message: 'must be one of "final", "reversible"' }],
  ],
  [
    'a name of two lines',
    { name: 'Interact\nAPI' },
    [{ pointer: '/name', message: 'must be one line of Unicode text without control characters' }],
  ],
];

test.each(faulty)('a definition with %s is refused', async (_, fields, errors) => {
  expectFaults(await put(fields), ...errors);
});

const BOUNDED =
  'must be anchored (^…$) and made of literals, \\d, \\w, [classes] and counted repetitions {n} or {n,m}, at most two of the latter, for 256 characters at most';

test.each([
  'legacy-[0-9a-f]{32}',
  '^legacy-[0-9a-f]{32}',
  '^legacy-.*$',
  '^legacy-\\w+$',
  '^(a|b)$',
  '^(?:a{1,9}){1,9}$',
  '^a{1,9}b{1,9}c{1,9}$',
  '^a{2,}$',
  '^a{9,1}$',
  '^[z-a]$',
  '^[^a]$',
  '^\\s{3}$',
  '^a{999}$',
  '^a:b$',
  '^$',
  '',
])('the pattern %j is not bounded and therefore refused', async (pattern) => {
  const answer = await put({ legacyFormats: ['^old-[0-9a-f]{32}$', pattern] });
  expectFaults(answer, { pointer: '/legacyFormats/1', message: BOUNDED });
});

test.each(['^legacy-[0-9a-f]{32}$', '^\\w{1,20}\\.\\d{6}$', '^[A-Za-z0-9_-]{20,40}$'])(
  'the pattern %j is bounded',
  async (pattern) => {
    const { body } = await expectStatus(200, put({ legacyFormats: [pattern] }));
    expect(body.api.legacyFormats).toEqual([pattern]);
  },
);

describe('prefixes per environment', () => {
  test('give every environment keys that can be told apart', async () => {
    const environments = ['production', 'staging', 'development'];
    const prefix = { production: 'sk_live', staging: 'sk_test', development: 'sk_test' };
    const body = { ...exampleApi('interact'), environments, formats: format(prefix) };
    await expectStatus(200, server.call('PUT', '/v1/apis/prefixed', { body }));
    await expectStatus(
      200,
      server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } }),
    );
    for (const environment of environments) {
      const create = {
        apiId: 'prefixed',
        organizationId: 'acme',
        name: 'Licence desk',
        environment,
        permissions: ['agent_jobs_read'],
      };
      const created = await expectStatus(201, server.call('POST', '/v1/keys', { body: create }));
      expect(created.body.secret).toMatch(
        new RegExp(`^${prefix[environment as keyof typeof prefix]}_[0-9A-Za-z]{48}$`),
      );
      expect(created.body.key.environment).toBe(environment);
    }
  });
});
