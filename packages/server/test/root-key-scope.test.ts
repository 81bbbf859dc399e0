import type { Operation, ProblemCode } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus } from './harness/fixtures.ts';
import {
  callOperation,
  createRootKey,
  createWorld,
  managedOperations,
  type OperationId,
  type World,
} from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const managed = managedOperations;
type ManagedId = Exclude<
  OperationId,
  | 'getMe'
  | 'revokeMe'
  | 'reportLeaks'
  | 'reportGithubLeaks'
  | 'setUp'
  | 'getSession'
  | 'leaveOrganization'
  | 'previewInvitation'
  | 'acceptInvitation'
  | 'getSignInMethods'
  | 'requestRecovery'
  | 'previewRecovery'
  | 'takeRecovery'
  | 'getAccount'
  | 'patchAccount'
>;

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startTestServer();
  world = await createWorld(server);
  await defineApi(server, 'agentsgt');
  const body = { name: 'Globex' };
  await expectStatus(200, server.call('PUT', '/v1/organizations/globex', { body }));
});
afterAll(() => server.stop());

/** A refusal, or what can be seen when there is none. */
type Outcome = ProblemCode | 'allowed' | 'sees nothing of it';

const keyOperations = {
  getKey: 'KEY_NOT_FOUND',
  patchKey: 'KEY_NOT_FOUND',
  rotateKey: 'KEY_NOT_FOUND',
  regenerateKey: 'KEY_NOT_FOUND',
  replaceKey: 'KEY_NOT_FOUND',
  disableKey: 'KEY_NOT_FOUND',
  enableKey: 'KEY_NOT_FOUND',
  revokeKey: 'KEY_NOT_FOUND',
  deleteKey: 'KEY_NOT_FOUND',
  endSecret: 'KEY_NOT_FOUND',
  listKeys: 'sees nothing of it',
  countKeys: 'sees nothing of it',
  getUsage: 'sees nothing of it',
  listInsights: 'sees nothing of it',
  bulkKeys: 'sees nothing of it',
  deleteKeys: 'sees nothing of it',
  // Its one entry fails, for the reason for which creating the key would.
  importKeys: 'sees nothing of it',
  identifyLeaks: 'sees nothing of it',
} as const;

const logOperations = {
  listLogs: 'sees nothing of it',
  exportLogs: 'sees nothing of it',
  getLog: 'LOG_NOT_FOUND',
  completeLogs: 'sees nothing of it',
} as const;

/** What its lists hold is looked at in audit-events.test.ts. */
const auditOperations = {
  getAuditEvent: 'AUDIT_EVENT_NOT_FOUND',
  listAuditEvents: 'allowed',
  exportAuditEvents: 'allowed',
} as const;

const resourcesOfNobody = {
  putResource: 'ORGANIZATION_NOT_FOUND',
  listResources: 'ORGANIZATION_NOT_FOUND',
  getResource: 'ORGANIZATION_NOT_FOUND',
  deleteResource: 'ORGANIZATION_NOT_FOUND',
} as const;

/** The directory is shared by all APIs and environments of the organization. */
const sharedResources = {
  putResource: 'BEYOND_OWN_RIGHTS',
  listResources: 'allowed',
  getResource: 'allowed',
  deleteResource: 'BEYOND_OWN_RIGHTS',
} as const;

const membersOfNobody = {
  listMembers: 'ORGANIZATION_NOT_FOUND',
  patchMember: 'ORGANIZATION_NOT_FOUND',
  removeMember: 'ORGANIZATION_NOT_FOUND',
  createInvitation: 'ORGANIZATION_NOT_FOUND',
  listInvitations: 'ORGANIZATION_NOT_FOUND',
  renewInvitation: 'ORGANIZATION_NOT_FOUND',
  revokeInvitation: 'ORGANIZATION_NOT_FOUND',
  createRecovery: 'BEYOND_OWN_RIGHTS',
} as const;

/** A member reaches keys of all APIs and environments of the organization. */
const sharedMembers = {
  listMembers: 'allowed',
  patchMember: 'BEYOND_OWN_RIGHTS',
  removeMember: 'BEYOND_OWN_RIGHTS',
  createInvitation: 'BEYOND_OWN_RIGHTS',
  listInvitations: 'BEYOND_OWN_RIGHTS',
  renewInvitation: 'BEYOND_OWN_RIGHTS',
  revokeInvitation: 'BEYOND_OWN_RIGHTS',
  createRecovery: 'BEYOND_OWN_RIGHTS',
} as const;

const webhookOperations = {
  listWebhooks: 'sees nothing of it',
  getWebhook: 'WEBHOOK_NOT_FOUND',
  patchWebhook: 'WEBHOOK_NOT_FOUND',
  deleteWebhook: 'WEBHOOK_NOT_FOUND',
  rotateWebhookSecret: 'WEBHOOK_NOT_FOUND',
  testWebhook: 'WEBHOOK_NOT_FOUND',
  listDeliveries: 'WEBHOOK_NOT_FOUND',
  getDelivery: 'WEBHOOK_NOT_FOUND',
  redeliver: 'WEBHOOK_NOT_FOUND',
} as const;

/** What a root key that is bound elsewhere gets when it reaches for Interact, Acme or a key of theirs. */
const bindings: [string, Record<string, string[]>, Record<ManagedId, Outcome>][] = [
  [
    'another API',
    { api: ['agentsgt'] },
    {
      putApi: 'API_NOT_FOUND',
      getApi: 'API_NOT_FOUND',
      deleteApi: 'API_NOT_FOUND',
      listApis: 'sees nothing of it',
      getLeakRules: 'sees nothing of it',
      putOrganization: 'allowed',
      getOrganization: 'allowed',
      listOrganizations: 'allowed',
      patchOrganization: 'BEYOND_OWN_RIGHTS',
      deleteOrganization: 'BEYOND_OWN_RIGHTS',
      createKey: 'API_NOT_FOUND',
      createWebhook: 'API_NOT_FOUND',
      ...webhookOperations,
      verifyKey: 'API_NOT_FOUND',
      verifyBatch: 'API_NOT_FOUND',
      ...keyOperations,
      ...logOperations,
      ...auditOperations,
      ...sharedResources,
      ...sharedMembers,
    },
  ],
  [
    'another organization',
    { organization: ['globex'] },
    {
      putApi: 'BEYOND_OWN_RIGHTS',
      getApi: 'allowed',
      deleteApi: 'BEYOND_OWN_RIGHTS',
      listApis: 'allowed',
      getLeakRules: 'allowed',
      putOrganization: 'ORGANIZATION_NOT_FOUND',
      getOrganization: 'ORGANIZATION_NOT_FOUND',
      listOrganizations: 'sees nothing of it',
      patchOrganization: 'ORGANIZATION_NOT_FOUND',
      deleteOrganization: 'ORGANIZATION_NOT_FOUND',
      createKey: 'ORGANIZATION_NOT_FOUND',
      createWebhook: 'ORGANIZATION_NOT_FOUND',
      ...webhookOperations,
      verifyKey: 'sees nothing of it',
      verifyBatch: 'sees nothing of it',
      ...keyOperations,
      ...logOperations,
      ...auditOperations,
      ...resourcesOfNobody,
      ...membersOfNobody,
    },
  ],
  [
    'another environment',
    { environment: ['staging'] },
    {
      putApi: 'BEYOND_OWN_RIGHTS',
      getApi: 'allowed',
      deleteApi: 'BEYOND_OWN_RIGHTS',
      listApis: 'allowed',
      getLeakRules: 'allowed',
      putOrganization: 'allowed',
      getOrganization: 'allowed',
      listOrganizations: 'allowed',
      patchOrganization: 'BEYOND_OWN_RIGHTS',
      deleteOrganization: 'BEYOND_OWN_RIGHTS',
      createKey: 'INVALID_REQUEST',
      createWebhook: 'BEYOND_OWN_RIGHTS',
      ...webhookOperations,
      verifyKey: 'sees nothing of it',
      verifyBatch: 'sees nothing of it',
      ...keyOperations,
      ...logOperations,
      ...auditOperations,
      ...sharedResources,
      ...sharedMembers,
    },
  ],
  [
    'nothing',
    { api: [], organization: [] },
    {
      putApi: 'API_NOT_FOUND',
      getApi: 'API_NOT_FOUND',
      deleteApi: 'API_NOT_FOUND',
      listApis: 'sees nothing of it',
      getLeakRules: 'sees nothing of it',
      putOrganization: 'ORGANIZATION_NOT_FOUND',
      getOrganization: 'ORGANIZATION_NOT_FOUND',
      listOrganizations: 'sees nothing of it',
      patchOrganization: 'ORGANIZATION_NOT_FOUND',
      deleteOrganization: 'ORGANIZATION_NOT_FOUND',
      createKey: 'API_NOT_FOUND',
      createWebhook: 'API_NOT_FOUND',
      ...webhookOperations,
      verifyKey: 'API_NOT_FOUND',
      verifyBatch: 'API_NOT_FOUND',
      ...keyOperations,
      ...logOperations,
      ...auditOperations,
      ...resourcesOfNobody,
      ...membersOfNobody,
    },
  ],
];

describe.each(bindings)('a root key bound to %s', (_, resources, outcomes) => {
  let key: string;
  let token: string;
  let events: number;

  beforeAll(async () => {
    key = (await createRootKey(server, { preset: 'full-access', resources })).secret;
    token = (await createTestKey(server)).secret;
    events = (await server.claviger.storage.audit.eventsAfter(0, 10_000)).length;
  });

  const reach = (operation: Operation) => {
    const ask = { token, apiId: 'interact' };
    if (operation.id === 'verifyKey') {
      return callOperation(server, operation, world, { key, body: ask });
    }
    if (operation.id === 'verifyBatch') {
      return callOperation(server, operation, world, { key, body: { verifications: [ask] } });
    }
    if (operation.id === 'identifyLeaks') {
      return callOperation(server, operation, world, { key, body: { tokens: [token] } });
    }
    if (operation.id === 'completeLogs') {
      const entries = [{ logId: world.logId, responseStatus: 500 }];
      return callOperation(server, operation, world, { key, body: { entries } });
    }
    return callOperation(server, operation, world, { key });
  };

  test.each(managed)('reaches for what is not its own with $id', async (operation) => {
    const outcome = outcomes[operation.id as ManagedId];
    const answer = await reach(operation);
    if (outcome === 'allowed') expect(answer.status).toBe(operation.success.status);
    else if (outcome === 'sees nothing of it') expectNothing(answer);
    else expectProblem(answer, outcome);
  });

  test('has changed nothing', async () => {
    const now = await server.claviger.storage.audit.eventsAfter(0, 10_000);
    expect(now.slice(events)).toEqual([]);
    const entry = await server.call('GET', `/v1/logs/${world.logId}`);
    expect(entry.body).toMatchObject({ code: 'VALID', responseStatus: null });
  });
});

/** Neither Interact nor Acme nor a key of theirs. */
function expectNothing(answer: Answer): void {
  expect(answer.status).toBe(200);
  expect(answer.text).not.toMatch(/"(?:interact|acme)"|key_/);
  // An export of nothing has no line.
  const { data = [answer.body] } = answer.body ?? { data: [] };
  for (const decision of data.filter((one: { code?: string } | null) => one?.code !== undefined)) {
    expect(decision).toMatchObject({ valid: false, code: 'NOT_FOUND' });
  }
}

describe('a bound root key', () => {
  const scoped = async (resources: object) =>
    (await createRootKey(server, { preset: 'full-access', resources })).secret;

  test('may leave out the API and the environment that it is bound to when it verifies', async () => {
    const definition = {
      ...exampleApi('interact'),
      formats: {
        secret: { prefix: { production: 'lic_live', staging: 'lic_test' }, length: 40 },
      },
      environments: ['production', 'staging'],
    };
    await expectStatus(200, server.call('PUT', '/v1/apis/licences', { body: definition }));
    const { secret: token } = await createTestKey(server, {
      apiId: 'licences',
      environment: 'staging',
    });
    const ask = async (key: string, body: object) =>
      (await server.call('POST', '/v1/keys/verify', { key, body: { token, ...body } })).body;

    const both = await scoped({ api: ['licences'], environment: ['staging'] });
    expect(await ask(both, {})).toMatchObject({ code: 'VALID', environment: 'staging' });
    const api = await scoped({ api: ['licences'] });
    expect(await ask(api, { environment: 'staging' })).toMatchObject({ code: 'VALID' });
    expect((await ask(api, {})).errors).toEqual([
      {
        pointer: '/environment',
        message: 'is required: API "licences" has production, staging',
      },
    ]);
    const two = await scoped({ api: ['licences', 'interact'] });
    expect((await ask(two, { environment: 'staging' })).errors).toEqual([
      { pointer: '/apiId', message: 'is required, because this root key is not bound to one API' },
    ]);
    const other = await scoped({ api: ['licences'], environment: ['production'] });
    expect(await ask(other, {})).toMatchObject({ code: 'NOT_FOUND' });
    const asked = await ask(both, { environment: 'production' });
    expect(asked).toMatchObject({ code: 'ENVIRONMENT_MISMATCH', environment: 'staging' });
  });

  test('works as any other within its bounds', async () => {
    const key = await scoped({ api: ['interact'], organization: ['acme'] });
    const body = {
      apiId: 'interact',
      organizationId: 'acme',
      name: 'Warehouse staging',
      permissions: ['agent_jobs_read'],
    };
    const created = await expectStatus(201, server.call('POST', '/v1/keys', { key, body }));
    const { id } = created.body.key;
    for (const action of ['rotate', 'disable', 'enable', 'revoke']) {
      await expectStatus(200, server.call('POST', `/v1/keys/${id}/${action}`, { key }));
    }
    const listed = await expectStatus(200, server.call('GET', '/v1/keys', { key }));
    expect(listed.body.data.map((each: { id: string }) => each.id)).toContain(id);
    const ask = { token: created.body.secret };
    const decision = await server.call('POST', '/v1/keys/verify', { key, body: ask });
    expect(decision.body.code).toBe('REVOKED');
  });

  test('cannot be pointed at what does not bind it', async () => {
    const body = {
      apiId: 'claviger',
      organizationId: 'claviger',
      name: 'Backend',
      preset: 'full-access',
      resources: { apis: ['interact'], region: ['eu'] },
    };
    const rest = 'is not a resource type of the API, which has api, organization, environment';
    expectFaults(
      await server.call('POST', '/v1/keys', { body }),
      { pointer: '/resources/apis', message: `"apis" ${rest}` },
      { pointer: '/resources/region', message: `"region" ${rest}` },
    );
  });
});

describe('the ceiling: a root key', () => {
  const FEW = ['keys:read', 'keys:write'];
  const rights = /which the presented key does not\. Use a root key that holds them\.$/;
  const reach = /^This root key reaches further than the presented key\. Bind it in "resources"/;

  /** Each way of getting at the rights of a root key, on the key with this id. */
  const ways: [string, (id: string, key: string) => Promise<Answer>][] = [
    ['rename', (id, key) => server.call('PATCH', `/v1/keys/${id}`, { key, body: { name: 'A b' } })],
    ['rotate', (id, key) => server.call('POST', `/v1/keys/${id}/rotate`, { key })],
    ['regenerate', (id, key) => server.call('POST', `/v1/keys/${id}/regenerate`, { key })],
    ['disable', (id, key) => server.call('POST', `/v1/keys/${id}/disable`, { key })],
    ['enable', (id, key) => server.call('POST', `/v1/keys/${id}/enable`, { key })],
    ['revoke', (id, key) => server.call('POST', `/v1/keys/${id}/revoke`, { key })],
    ['delete', (id, key) => server.call('DELETE', `/v1/keys/${id}`, { key })],
  ];

  test.each(ways)('with few permissions cannot %s a stronger one', async (_, act) => {
    const strong = (await createRootKey(server, { preset: 'full-access' })).key;
    const { secret } = await createRootKey(server, { permissions: FEW });
    expectProblem(await act(strong.id, secret), 'BEYOND_OWN_RIGHTS', { detail: rights });
    const { body } = await server.call('GET', `/v1/keys/${strong.id}`);
    expect(body).toEqual(strong);
  });

  test.each(ways)('with all permissions but a bound cannot %s an unbound one', async (_, act) => {
    const strong = (await createRootKey(server, { preset: 'full-access' })).key;
    const resources = { environment: ['production'] };
    const { secret } = await createRootKey(server, { preset: 'full-access', resources });
    expectProblem(await act(strong.id, secret), 'BEYOND_OWN_RIGHTS', { detail: reach });
    expect((await server.call('GET', `/v1/keys/${strong.id}`)).body).toEqual(strong);
  });

  test.each(ways)('that is bound to an API cannot even see another to %s it', async (_, act) => {
    const strong = (await createRootKey(server, { preset: 'full-access' })).key;
    const resources = { api: ['interact'] };
    const { secret } = await createRootKey(server, { preset: 'full-access', resources });
    expectProblem(await act(strong.id, secret), 'KEY_NOT_FOUND');
  });

  test.each(ways)('can %s its equal', async (_, act) => {
    const equal = (await createRootKey(server, { permissions: FEW })).key;
    const { secret } = await createRootKey(server, { permissions: FEW.toReversed() });
    expect((await act(equal.id, secret)).status).toBe(200);
  });

  test('cannot end an overlap of a stronger one', async () => {
    const strong = (await createRootKey(server, { preset: 'full-access' })).key;
    const rotated = await server.call('POST', `/v1/keys/${strong.id}/rotate`);
    const old = rotated.body.key.secrets[1].id;
    const { secret } = await createRootKey(server, { permissions: FEW });
    const path = `/v1/keys/${strong.id}/secrets/${old}`;
    expectProblem(await server.call('DELETE', path, { key: secret }), 'BEYOND_OWN_RIGHTS');
  });

  test('cannot create a stronger one, by name, by preset or by a wider bound', async () => {
    const root = { apiId: 'claviger', organizationId: 'claviger', name: 'Backend' };
    const create = (key: string, fields: object) =>
      server.call('POST', '/v1/keys', { key, body: { ...root, ...fields } });

    const { secret: few } = await createRootKey(server, { permissions: FEW });
    for (const fields of [
      { permissions: ['keys:read', 'apis:write'] },
      { preset: 'full-access' },
      { preset: 'verify-only' },
    ]) {
      expectProblem(await create(few, fields), 'BEYOND_OWN_RIGHTS', { detail: rights });
    }
    await expectStatus(201, create(few, { permissions: ['keys:read'] }));

    const bound = { environment: ['production'], api: ['claviger', 'interact'] };
    const { secret } = await createRootKey(server, { preset: 'full-access', resources: bound });
    for (const resources of [
      {},
      { api: ['interact'] },
      { environment: ['production'] },
      { ...bound, api: ['agentsgt'] },
      { ...bound, environment: ['production', 'staging'] },
    ]) {
      const answer = await create(secret, { preset: 'full-access', resources });
      expectProblem(answer, 'BEYOND_OWN_RIGHTS', { detail: reach });
    }
    const narrower = { ...bound, api: ['interact'], organization: ['acme'] };
    await expectStatus(201, create(secret, { preset: 'read-only', resources: narrower }));
  });

  test('cannot raise a weaker one above itself, nor itself', async () => {
    const { key, secret } = await createRootKey(server, { permissions: FEW });
    const weaker = (await createRootKey(server, { permissions: ['keys:read'] })).key;
    for (const id of [key.id, weaker.id]) {
      for (const body of [
        { permissions: ['keys:read', 'apis:read'] },
        { preset: 'full-access' },
        { permissions: [], preset: 'verify-only' },
      ]) {
        const answer = await server.call('PATCH', `/v1/keys/${id}`, { key: secret, body });
        expectProblem(answer, 'BEYOND_OWN_RIGHTS', { detail: rights });
      }
    }
    const resources = { environment: ['production'] };
    const bound = await createRootKey(server, { permissions: FEW, resources });
    const answer = await server.call('PATCH', `/v1/keys/${bound.key.id}`, {
      key: bound.secret,
      body: { resources: {} },
    });
    expectProblem(answer, 'BEYOND_OWN_RIGHTS', { detail: reach });
  });

  test('is nothing to ordinary keys, whose rights are their API’s', async () => {
    const { secret } = await createRootKey(server, { permissions: ['keys:write'] });
    const { key } = await createTestKey(server, {
      permissions: ['agent_jobs_read', 'agent_jobs_trigger'],
    });
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/rotate`, { key: secret }));
  });
});
