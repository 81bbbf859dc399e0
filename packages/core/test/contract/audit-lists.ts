import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventMatches } from '../../src/audit/audit-filter.ts';
import type { AuditEvent, AuditFilter } from '../../src/ports/audit-log.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { anEvent, NOW } from '../harness/records.ts';

const ANY: AuditFilter = {
  apiIds: null,
  organizationIds: null,
  environments: null,
  action: null,
  actorType: null,
  actorId: null,
  targetType: null,
  targetId: null,
  ip: null,
  requestId: null,
  from: null,
  to: null,
  text: null,
};

/** Few values, so that filters meet events. */
const APIS = ['interact', 'licences'];
const ORGANIZATIONS = ['acme', 'Globex', 'a%'];
const ENVIRONMENTS = ['production', 'staging'];
const ACTIONS = ['key.created', 'key.revoked', 'keys.odd', 'organization.updated'];
const ACTORS = ['key_root', 'start', 'KEY_x'];
const TARGETS = ['key_1', 'key_2', 'acme/customer/cus_1'];
const IPS = ['203.0.113.7', '2001:db8::1'];

const fewEvents = Array.from({ length: 60 }, (_, index) => {
  const pick = <Value>(values: readonly Value[], by: number): Value =>
    values[Math.floor(index / by) % values.length]!;
  return anEvent({
    at: NOW + (index % 13) * 1_000,
    actor: { type: pick(['system', 'rootKey'] as const, 3), id: pick(ACTORS, 2) },
    action: pick(ACTIONS, 1),
    target: {
      type: pick(['key', 'organization', 'resource'] as const, 2),
      id: pick(TARGETS, 1),
      ...(index % 5 > 0 && { organizationId: pick(ORGANIZATIONS, 1) }),
      ...(index % 4 > 0 && { apiId: pick(APIS, 2) }),
      ...(index % 3 > 0 && { environment: pick(ENVIRONMENTS, 1) }),
    },
    ip: pick([...IPS, null], 1),
    requestId: pick(['req_A', 'req_b', null], 4),
  });
});

const orNull = <Value>(values: readonly Value[]) =>
  fc.option(fc.constantFrom(...values), { freq: 2 });
const someOf = (values: readonly string[]) =>
  fc.option(fc.subarray([...values, 'other']), { freq: 2 });

const filters: fc.Arbitrary<AuditFilter> = fc.record({
  apiIds: someOf(APIS),
  organizationIds: someOf(ORGANIZATIONS),
  environments: someOf(ENVIRONMENTS),
  action: orNull([...ACTIONS, 'key.', 'organization.', 'key.rev']),
  actorType: orNull(['system', 'rootKey', 'user'] as const),
  actorId: orNull(ACTORS),
  targetType: orNull(['key', 'organization', 'resource'] as const),
  targetId: orNull(TARGETS),
  ip: orNull(IPS),
  requestId: orNull(['req_A', 'req_b']),
  from: orNull([NOW, NOW + 3_000]),
  to: orNull([NOW + 3_000, NOW + 12_000]),
  text: orNull(['KEY', 'cus_1', 'glob', '%', '_', 'REQ_a', '2001:DB8', 'interACT', 'nothing']),
});

/** One filter at a time finds more than many at once. */
const fewFilters = fc
  .tuple(filters, fc.subarray(Object.keys(ANY) as (keyof AuditFilter)[], { maxLength: 3 }))
  .map(([filter, names]): AuditFilter => ({
    ...ANY,
    ...Object.fromEntries(names.map((name) => [name, filter[name]])),
  }));

export function describeAuditLists(open: () => Promise<Storage>): void {
  describe('list of audit events', () => {
    let storage: Storage;
    let all: AuditEvent[];
    beforeAll(async () => {
      storage = await open();
      await storage.committer.commit(async () => ({
        result: null,
        events: fewEvents,
        changes: [],
      }));
      all = await storage.audit.eventsAfter(0, 1_000);
    });
    afterAll(() => storage.close());

    test('all pages of any list hold the events that match, in order, against a model', async () => {
      await fc.assert(
        fc.asyncProperty(
          fewFilters,
          fc.constantFrom('asc' as const, 'desc' as const),
          fc.integer({ min: 1, max: 40 }),
          async (filter, order, limit) => {
            const listed: AuditEvent[] = [];
            let page: AuditEvent[];
            do {
              const after = listed.at(-1)?.sequence ?? null;
              page = await storage.audit.list({ filter, order, after, limit });
              expect(page.length).toBeLessThanOrEqual(limit);
              listed.push(...page);
            } while (page.length === limit);
            const matching = all.filter((event) => eventMatches(filter, event));
            expect(listed).toEqual(order === 'asc' ? matching : matching.toReversed());
          },
        ),
        { numRuns: 150 },
      );
    });

    test('an event without a place is in no list that is bound to places', async () => {
      const placed = (filter: Partial<AuditFilter>) =>
        storage.audit.list({
          filter: { ...ANY, ...filter },
          order: 'asc',
          after: null,
          limit: 100,
        });

      const ofApis = await placed({ apiIds: APIS });
      expect(ofApis).toHaveLength(45);
      expect(ofApis.every(({ target }) => target.apiId !== undefined)).toBe(true);
      expect(await placed({ organizationIds: [] })).toEqual([]);
    });

    test('a search goes over more events than one step of it takes', async () => {
      const many = Array.from({ length: 9_000 }, () => anEvent({ action: 'api.updated' }));
      await storage.committer.commit(async () => ({ result: null, events: many, changes: [] }));
      const list = (filter: Partial<AuditFilter>, order: 'asc' | 'desc') =>
        storage.audit.list({ filter: { ...ANY, ...filter }, order, after: null, limit: 100 });

      const first = await list({ requestId: 'req_A', text: 'key' }, 'desc');
      expect(first).toEqual(
        all
          .filter((event) => eventMatches({ ...ANY, requestId: 'req_A', text: 'key' }, event))
          .toReversed(),
      );
      expect(await list({ text: 'nothing' }, 'asc')).toEqual([]);
      const newest = await list({ action: 'api.updated' }, 'desc');
      expect(newest.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 100 }, (_, index) => 9_060 - index),
      );
    });
  });
}
