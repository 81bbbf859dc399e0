import type { Operation } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectStatus } from './harness/fixtures.ts';
import {
  keyOperations,
  callOperation,
  createWorld,
  soundBody,
  type OperationId,
} from './harness/sound-requests.ts';
import { startTestServer, type CallOptions, type TestServer } from './harness/test-server.ts';

/** POST without changing anything. */
const READING: readonly string[] = [
  'verifyKey',
  'verifyBatch',
  'identifyLeaks',
  // What they write is a record of its own.
  'completeLogs',
  'testWebhook',
  'redeliver',
] satisfies OperationId[];
/** Of things that are still in use in the world of the other requests: see below. */
const OF_SPARE: readonly string[] = ['deleteApi', 'deleteOrganization'] satisfies OperationId[];

const changing = keyOperations.filter(
  ({ id, method }) => method !== 'GET' && !READING.includes(id) && !OF_SPARE.includes(id),
);

/** Bodies that change something, where the sound one would not, or not again. */
const bodies: Partial<Record<OperationId, unknown>> = {
  putApi: { ...(soundBody({ id: 'putApi' } as Operation) as object), name: 'Interact, renamed' },
  putOrganization: { name: 'Acme, renamed' },
  patchOrganization: { suspended: true },
  putResource: { name: 'Globex, renamed' },
  patchMember: { role: 'developer' },
  bulkKeys: { action: 'disable', filter: { organizationId: 'acme' } },
  deleteKeys: { filter: { organizationId: 'acme' } },
};

describe.each(['sqlite', 'postgres'] as const)('what the audit log knows on %s', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      database,
      env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' },
    });
  });
  afterAll(() => server.stop());

  const source = (id: string) => ({
    headers: { 'x-request-id': `asked-${id}`, 'x-forwarded-for': '203.0.113.7' },
  });

  test.each(changing)('of $id: from where, and which request', async (operation) => {
    const id = operation.id as OperationId;
    const world = await createWorld(server);
    if (id === 'enableKey') await server.call('POST', `/v1/keys/${world.keyId}/disable`);
    const body = bodies[id];
    const options: CallOptions = {
      ...source(id),
      ...(body !== undefined && { body }),
      ...(operation.permission === 'any' && { key: await aSecret(world.keyId) }),
    };
    const events = await auditOf(server, () =>
      expectStatus(operation.success.status, callOperation(server, operation, world, options)),
    );
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(event).toMatchObject({ ip: '203.0.113.7', requestId: `asked-${id}` });
      expect(event.actor.type).toBe(operation.permission === 'any' ? 'key' : 'rootKey');
    }
    await server.call('PATCH', '/v1/organizations/acme', { body: { suspended: false } });
  });

  test.each([
    ['/v1/apis/spare', soundBody({ id: 'putApi' } as Operation)],
    ['/v1/organizations/spare', { name: 'Spare' }],
  ])('of deleting %s', async (path, body) => {
    await expectStatus(200, server.call('PUT', path, { body }));
    const events = await auditOf(server, () =>
      expectStatus(200, server.call('DELETE', path, source('delete'))),
    );
    expect(events).toMatchObject([{ ip: '203.0.113.7', requestId: 'asked-delete', after: null }]);
  });

  test('of an import line by line', async () => {
    const hash = { algorithm: 'sha256', encoding: 'hex', value: 'cd'.repeat(32) };
    const entry = { apiId: 'interact', organizationId: 'acme', name: 'Imported van', hash };
    const line = { ...entry, permissions: ['agent_jobs_read'], native: true };
    const events = await auditOf(server, () => {
      const { headers } = source('lines');
      return expectStatus(
        200,
        server.call('POST', '/v1/keys/import', {
          headers: { ...headers, 'content-type': 'application/x-ndjson' },
          rawBody: `${JSON.stringify(line)}\n`,
        }),
      );
    });
    expect(events).toMatchObject([
      { action: 'key.imported', ip: '203.0.113.7', requestId: 'asked-lines' },
    ]);
  });

  test('and nothing secret, after all of that', () => expectSoundAudit(server));

  async function aSecret(keyId: string): Promise<string> {
    const { body } = await server.call('POST', `/v1/keys/${keyId}/regenerate`, { body: {} });
    return body.secret;
  }
});
