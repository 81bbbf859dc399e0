import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestKey, exampleApi, expectStatus } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

/** What differs from key to key; few values, so that filters meet some of them. */
const APIS = ['first', 'second'];
const ORGANIZATIONS = ['acme', 'globex'];
const ENVIRONMENTS = ['production', 'staging'];
const OWNERS = ['user_1', 'user_2'];
const PERMISSIONS = ['agent_jobs_read', 'agent_jobs_trigger'];
const RESOURCES = ['cus_1', 'cus_2'];
const PLANS = ['pro', 'free'];
const KEYS = 40;

const pick = <Value>(values: readonly Value[], at: number): Value => values[at % values.length]!;

describe.each(['sqlite', 'postgres'] as const)('the filter of bulk actions on %s', (database) => {
  let server: TestServer;
  const times: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({ database });
    for (const id of APIS) {
      const body = {
        ...exampleApi('interact'),
        environments: ENVIRONMENTS,
        resourceTypes: [{ id: 'customer', name: 'Customer' }],
        presets: [{ id: 'all', name: 'All', grants: 'all' }],
      };
      await expectStatus(200, server.call('PUT', `/v1/apis/${id}`, { body }));
    }
    for (const id of ORGANIZATIONS) {
      const body = { name: id };
      await expectStatus(200, server.call('PUT', `/v1/organizations/${id}`, { body }));
    }
    for (let at = 0; at < KEYS; at++) await createOne(at);
  });
  afterAll(() => server.stop());

  /** Every eighth key of a moment of its own; the values go round at lengths that have no common divisor. */
  async function createOne(at: number): Promise<void> {
    if (at % 8 === 0) {
      await server.advance(1_000);
      times.push(new Date(server.clock.now()).toISOString());
    }
    const { key } = await createTestKey(server, {
      name: `Export ${at}`,
      apiId: pick(APIS, at),
      organizationId: pick(ORGANIZATIONS, Math.floor(at / 2)),
      environment: pick(ENVIRONMENTS, Math.floor(at / 3)),
      ownerId: pick([...OWNERS, null], at),
      ...(at % 5 === 0
        ? { preset: 'all', permissions: [] }
        : { permissions: [pick(PERMISSIONS, at)] }),
      resources: at % 7 < 2 ? { customer: [pick(RESOURCES, at)] } : {},
      metadata: at % 3 === 0 ? { plan: pick(PLANS, at), seats: at % 4, trial: at % 2 === 0 } : {},
      expiresAt: at % 11 === 0 ? '2090-01-01T00:00:00Z' : null,
    });
    const action = pick([null, null, null, 'disable', null, 'revoke'], at);
    if (action !== null) {
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/${action}`));
    }
  }

  const time = fc.nat({ max: 4 }).map((at) => times[at % times.length]!);
  const filters = fc
    .record(
      {
        apiId: fc.constantFrom(...APIS),
        organizationId: fc.constantFrom(...ORGANIZATIONS),
        environment: fc.constantFrom(...ENVIRONMENTS),
        ownerId: fc.constantFrom(...OWNERS),
        permission: fc.constantFrom(...PERMISSIONS),
        resource: fc.constantFrom(...RESOURCES.map((id) => `customer:${id}`)),
        kind: fc.constant('secret'),
        status: fc.constantFrom('active', 'inactive', 'revoked'),
        createdBefore: time,
        lastUsedBefore: time,
        expiresBefore: fc.constantFrom('2089-01-01T00:00:00Z', '2091-01-01T00:00:00Z'),
        metadata: fc.record(
          {
            plan: fc.constantFrom(...PLANS),
            seats: fc.constantFrom<unknown[]>(0, 1, '2', '03'),
            trial: fc.constantFrom<unknown[]>(true, 'false'),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    )
    // Few at a time, or no key would be left.
    .chain((all) =>
      fc
        .subarray(Object.entries(all), { minLength: 0, maxLength: 3 })
        .map((entries) => Object.fromEntries(entries) as Record<string, unknown>),
    )
    .filter(
      ({ metadata, ...rest }) => Object.keys({ ...rest, ...(metadata as object) }).length > 0,
    );

  const ids = (answer: Answer): string[] => answer.body.data.map(({ id }: { id: string }) => id);

  async function listed({ metadata = {}, ...filter }: Record<string, unknown>, status?: string) {
    const query = new URLSearchParams({ limit: '200' });
    for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
    for (const [name, value] of Object.entries(metadata as object)) {
      query.set(`metadata.${name}`, String(value));
    }
    const answer = await expectStatus(200, server.call('GET', `/v1/keys?${query}`));
    return answer.body.data.filter(
      (key: { status: string; apiId: string }) =>
        key.apiId !== 'claviger' && (status === undefined || key.status === status),
    );
  }

  test('means exactly the keys that the list shows for it', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const body = { action: 'disable', filter, dryRun: true };
        const answer = await expectStatus(200, server.call('POST', '/v1/keys/bulk', { body }));
        const all = await listed(filter);
        expect(answer.body.matched).toBe(all.length);
        const active = await listed(filter, 'active');
        expect(ids(answer)).toEqual(active.map(({ id }: { id: string }) => id));
      }),
      { numRuns: 100 },
    ),
  );

  test('means the same keys when it is not dry', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(filters, fc.boolean(), async (filter, off) => {
        const action = off ? 'disable' : 'enable';
        const send = (dryRun: boolean) =>
          expectStatus(
            200,
            server.call('POST', '/v1/keys/bulk', { body: { action, filter, dryRun } }),
          );
        const [foreseen, done] = [await send(true), await send(false)];
        expect(ids(done)).toEqual(ids(foreseen));
        const { matched, changed, failed } = foreseen.body;
        expect(done.body).toMatchObject({ matched, changed, failed });
      }),
      { numRuns: 60 },
    ),
  );
});
