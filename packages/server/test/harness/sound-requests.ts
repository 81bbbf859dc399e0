import { operations, takesKeys, type Operation } from '@claviger/contract';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './fixtures.ts';
import { addMember } from './people.ts';
import type { Answer, TestServer } from './test-server.ts';

export type OperationId = keyof typeof operations;

export const allOperations = Object.values<Operation>(operations);

/** Those that take a key: neither open to everyone, nor for people alone. */
export const keyOperations = allOperations.filter(({ permission }) => takesKeys(permission));

/** Those that ask for a root key with a permission. */
export const managedOperations = keyOperations.filter(({ permission }) => permission !== 'any');

/**
 * What the requests act on: a key of Interact, a secret of it that a rotation replaced, a verification of
 * it, the audit event of the rotation, the named resource `customer/cus_1` of acme, and a webhook for
 * Interact's keys of acme with a delivery that nobody takes, a member of acme, and an invitation to it.
 */
export interface World {
  readonly keyId: string;
  readonly secretId: string;
  /** A verification of the key. */
  readonly logId: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  /** A viewer of acme. */
  readonly userId: string;
  /** To acme. */
  readonly invitationId: string;
}

/** A server may have several, and e-mails belong to one person each. */
let worlds = 0;

export async function createWorld(server: TestServer): Promise<World> {
  worlds += 1;
  await defineApi(server, 'interact');
  const { key, secret } = await createTestKey(server);
  const resource = '/v1/organizations/acme/resources/customer/cus_1';
  await expectStatus(200, server.call('PUT', resource, { body: { name: 'Globex Corp.' } }));
  const path = `/v1/keys/${key.id}/rotate`;
  await expectStatus(200, server.call('POST', path, { body: { overlapSeconds: 86_400 } }));
  const { logId } = await verify(server, secret);
  const { body } = await server.call('GET', `/v1/audit-events?keyId=${key.id}&limit=1`);
  const webhook = await expectStatus(
    201,
    server.call('POST', '/v1/webhooks', { body: bodies.createWebhook }),
  );
  const { id: webhookId } = webhook.body.webhook;
  const sent = await expectStatus(202, server.call('POST', `/v1/webhooks/${webhookId}/test`));
  const { id: userId } = await addMember(server, 'acme', 'viewer', `viewer-${worlds}`);
  const { email } = bodies.createRecovery;
  if ((await server.claviger.storage.accounts.findUserByEmail(email)) === null) {
    await addMember(server, 'acme', 'viewer', 'grace');
  }
  const invitations = '/v1/organizations/acme/invitations';
  const invited = { email: `grace-${worlds}@example.com`, role: 'viewer' };
  const made = await expectStatus(201, server.call('POST', invitations, { body: invited }));
  return {
    userId,
    invitationId: made.body.invitation.id,
    keyId: key.id,
    secretId: key.secrets[0].id,
    logId,
    eventId: body.data[0].id,
    webhookId,
    deliveryId: sent.body.delivery.id,
  };
}

const bodies = {
  putApi: exampleApi('interact'),
  putOrganization: { name: 'Acme' },
  patchOrganization: { suspended: false },
  createKey: {
    apiId: 'interact',
    organizationId: 'acme',
    name: 'Warehouse staging',
    permissions: ['agent_jobs_read'],
  },
  patchKey: { description: 'Scans the shelves' },
  rotateKey: { overlapSeconds: 60 },
  regenerateKey: {},
  replaceKey: {},
  disableKey: {},
  enableKey: {},
  revokeKey: { reason: 'Found in a public repository' },
  putResource: { name: 'Globex Corp.' },
  bulkKeys: { action: 'disable', filter: { organizationId: 'acme' }, dryRun: true },
  deleteKeys: { filter: { organizationId: 'acme' }, dryRun: true },
  importKeys: {
    keys: [
      {
        apiId: 'interact',
        organizationId: 'acme',
        name: 'Warehouse scanner',
        permissions: ['agent_jobs_read'],
        native: true,
        hash: { algorithm: 'sha256', encoding: 'hex', value: 'ab'.repeat(32) },
      },
    ],
  },
  verifyKey: { token: 'int_unknown', apiId: 'interact' },
  verifyBatch: { verifications: [{ token: 'int_unknown', apiId: 'interact' }] },
  revokeMe: {},
  reportLeaks: { tokens: ['int_unknown'] },
  // Nothing is sound about it without a signature: see leaks-github.test.ts.
  reportGithubLeaks: [],
  identifyLeaks: { tokens: ['int_unknown'] },
  completeLogs: {
    entries: [{ logId: 'log_0PxJmZ3kVb7cQm1tYw8sLd0a', responseStatus: 200 }],
  },
  createWebhook: {
    url: 'https://hooks.invalid/claviger',
    apiId: 'interact',
    organizationId: 'acme',
  },
  patchWebhook: { description: 'For the ones on call' },
  rotateWebhookSecret: { overlapSeconds: 60 },
  testWebhook: {},
  redeliver: {},
  patchMember: { role: 'viewer' },
  createInvitation: { email: 'alan@example.com', role: 'viewer' },
  // Nothing is sound about them without a link: see invitations.test.ts.
  previewInvitation: { token: 'none' },
  acceptInvitation: { token: 'none' },
  patchAccount: { name: 'Grace Hopper' },
  createRecovery: { email: 'grace@example.com' },
  requestRecovery: { email: 'grace@example.com' },
  // Nor about these: see recoveries.test.ts.
  previewRecovery: { token: 'none' },
  takeRecovery: { token: 'none', password: 'x'.repeat(12) },
  // Nor about this: see accounts.test.ts.
  setUp: { token: 'none', email: 'ada@example.com', name: 'Ada', password: 'x'.repeat(12) },
} satisfies Partial<Record<OperationId, unknown>>;

/** The body of a request that nothing is wrong with; undefined where the operation takes none. */
export const soundBody = ({ id }: Operation): unknown =>
  (bodies as Partial<Record<string, unknown>>)[id];

export function pathOf({ path }: Operation, world: World): string {
  const { keyId, secretId, logId, eventId, webhookId, deliveryId, userId, invitationId } = world;
  return path
    .replace('{apiId}', 'interact')
    .replace('{organizationId}', 'acme')
    .replace('{keyId}', keyId)
    .replace('{secretId}', secretId)
    .replace('{logId}', logId)
    .replace('{eventId}', eventId)
    .replace('{webhookId}', webhookId)
    .replace('{deliveryId}', deliveryId)
    .replace('{userId}', userId)
    .replace('{invitationId}', invitationId)
    .replace('{type}', 'customer')
    .replace('{id}', 'cus_1');
}

/** Calls the operation with nothing wrong but what `options` make so. */
export function callOperation(
  server: TestServer,
  operation: Operation,
  world: World,
  options: Parameters<TestServer['call']>[2] = {},
): Promise<Answer> {
  const body = soundBody(operation);
  return server.call(operation.method, pathOf(operation, world), {
    ...(body !== undefined && options.rawBody === undefined && { body }),
    ...options,
  });
}

/** A root key that holds just these permissions, bound to these resources. */
export async function createRootKey(
  server: TestServer,
  fields: Readonly<Record<string, unknown>>,
): Promise<Answer['body']> {
  return createTestKey(server, {
    apiId: 'claviger',
    organizationId: 'claviger',
    name: 'Backend of the platform',
    ...fields,
  });
}
