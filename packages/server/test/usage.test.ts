import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { refusal } from './harness/shop.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of the server's clock: 2026-11-21T09:30Z. */
const HOUR = Date.UTC(2026, 10, 21, 9);

type Row = Record<string, string | number | null>;

describe.each(['sqlite', 'postgres'] as const)('usage on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    const body = { name: 'Globex' };
    await expectStatus(200, server.call('PUT', '/v1/organizations/globex', { body }));
  });
  afterAll(() => server.stop());

  const tryUsage = (query: object = {}, key?: string): Promise<Answer> => {
    const search = new URLSearchParams({ ...query }).toString();
    return server.call('GET', `/v1/usage?${search}`, key === undefined ? {} : { key });
  };
  const usage = async (query: object = {}, key?: string): Promise<Row[]> =>
    (await expectStatus(200, tryUsage(query, key))).body.data;

  test('has what was verified just now, and every verification in one row', async () => {
    const { key, secret } = await createTestKey(server);
    const other = await createTestKey(server, { organizationId: 'globex' });
    for (const permission of ['agent_jobs_read', 'agent_jobs_read', 'agent_jobs_trigger']) {
      await verify(server, secret, { permissions: [permission] });
    }
    await verify(server, other.secret);
    await verify(server, 'int_unknown');

    const start = '2026-11-21T09:00:00.000Z';
    expect(await usage({ apiId: 'interact' })).toEqual([
      { start, code: 'INSUFFICIENT_PERMISSIONS', count: 1 },
      { start, code: 'NOT_FOUND', count: 1 },
      { start, code: 'VALID', count: 3 },
    ]);
    const of = { organizationId: 'acme', environment: 'production' };
    expect(await usage({ keyId: key.id, groupBy: 'code,organizationId,environment' })).toEqual([
      { start, code: 'INSUFFICIENT_PERMISSIONS', ...of, count: 1 },
      { start, code: 'VALID', ...of, count: 2 },
    ]);
    expect(await usage({ apiId: 'interact', groupBy: 'keyId,organizationId' })).toEqual(
      [
        { start, keyId: null, organizationId: null, count: 1 },
        { start, keyId: key.id, organizationId: 'acme', count: 3 },
        { start, keyId: other.key.id, organizationId: 'globex', count: 1 },
      ].toSorted((a, b) => ((a.keyId ?? '') < (b.keyId ?? '') ? -1 : 1)),
    );
    expect(await usage({ apiId: 'interact', groupBy: '', interval: 'month' })).toEqual([
      { start: '2026-11-01T00:00:00.000Z', count: 5 },
    ]);
    expect(await usage({ apiId: 'interact', code: 'VALID', interval: 'day' })).toEqual([
      { start: '2026-11-21T00:00:00.000Z', code: 'VALID', count: 3 },
    ]);
  });

  test('a bound root key sees its own, and unknown tokens only without an organization', async () => {
    const bound = async (resources: object) =>
      (await createRootKey(server, { permissions: ['usage:read'], resources })).secret;
    const rows = async (resources: object) =>
      (await usage({ groupBy: 'apiId,organizationId' }, await bound(resources))).map(
        ({ apiId, organizationId, count }) => ({ apiId, organizationId, count }),
      );

    expect(await rows({ organization: ['globex'] })).toEqual([
      { apiId: 'interact', organizationId: 'globex', count: 1 },
    ]);
    expect(await rows({ api: ['interact'] })).toEqual([
      { apiId: 'interact', organizationId: null, count: 1 },
      { apiId: 'interact', organizationId: 'acme', count: 3 },
      { apiId: 'interact', organizationId: 'globex', count: 1 },
    ]);
    expect(await rows({ api: ['interact'], environment: ['staging'] })).toEqual([]);
    const other = await bound({ organization: ['globex'] });
    expect(await usage({ organizationId: 'acme' }, other)).toEqual([]);
  });

  test('covers whole intervals in UTC, by default the last ones', async () => {
    const spanOf = async (query: object) => {
      const { from, to } = (await expectStatus(200, tryUsage(query))).body;
      return `${from} ${to}`;
    };
    expect(await spanOf({})).toBe('2026-11-20T10:00:00.000Z 2026-11-21T10:00:00.000Z');
    expect(await spanOf({ interval: 'day' })).toBe(
      '2026-10-23T00:00:00.000Z 2026-11-22T00:00:00.000Z',
    );
    expect(await spanOf({ interval: 'month' })).toBe(
      '2025-12-01T00:00:00.000Z 2026-12-01T00:00:00.000Z',
    );
    const to = '2026-10-31T23:59:59.999Z';
    expect(await spanOf({ interval: 'month', from: '2026-02-28T23:00:00-02:00', to })).toBe(
      '2026-03-01T00:00:00.000Z 2026-11-01T00:00:00.000Z',
    );
    // What ends where an interval begins does not reach into it; what is later than now ends now.
    const day = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' };
    expect(await spanOf({ ...day, interval: 'day' })).toBe(`${day.from} ${day.to}`);
    expect(await spanOf({ ...day, to: '9999-12-31T23:59:59.999Z' })).toBe(
      '2026-11-20T00:00:00.000Z 2026-11-21T10:00:00.000Z',
    );
  });

  test('refuses what is too long, empty or misspelt, and says how to narrow it', async () => {
    const from = new Date(HOUR - 32 * DAY_MS).toISOString();
    const refused = (query: object) => refusal(tryUsage(query));
    expect((await tryUsage({ from })).body.detail).toContain(
      'Ask for at most 31 days, or by "interval=day"',
    );
    expect(await refused({ from })).toBe('400 INVALID_REQUEST /query/from');
    expect(await usage({ from, interval: 'day', keyId: 'key_0000000000000000000000' })).toEqual([]);
    for (const span of [
      { from: new Date(HOUR - 367 * DAY_MS).toISOString(), interval: 'day' },
      { from: '2020-01-01T00:00:00Z', interval: 'month' },
      { from: '2026-11-22T00:00:00Z' },
    ]) {
      expect(await refused(span)).toBe('400 INVALID_REQUEST /query/from');
    }
    const span = { from: '2026-11-21T09:40:00Z', to: '2026-11-21T09:20:00Z' };
    expect(await refused(span)).toBe('400 INVALID_REQUEST /query/to');
    for (const groupBy of ['codes', 'code,code', 'code,', 'hour', 'code keyId']) {
      expect(await refused({ groupBy })).toBe('400 INVALID_REQUEST /query/groupBy');
    }
    expect(await refused({ interval: 'week' })).toBe('400 INVALID_REQUEST /query/interval');
  });

  test('refuses an answer of more than 10,000 rows', async () => {
    const place = { apiId: 'big', organizationId: 'acme', environment: 'production' };
    const of = (keyId: number) => `key_${String(keyId).padStart(22, '0')}`;
    const counts = Array.from({ length: 10_000 }, (_, n) => {
      return { hour: HOUR, keyId: of(n), ...place, code: 'VALID', count: 1 } as const;
    });
    const record = (rows: typeof counts) =>
      server.claviger.storage.usage.record({ counts: rows, keys: [], secrets: [], redigests: [] });
    await record(counts);
    expect(await usage({ apiId: 'big', groupBy: 'keyId' })).toHaveLength(10_000);

    await record([{ ...counts[0]!, keyId: of(10_000) }]);
    const many = await tryUsage({ apiId: 'big', groupBy: 'keyId' });
    expect(many.status).toBe(400);
    expect(many.body.detail).toContain('gives more than 10,000 rows');
    expect(await usage({ apiId: 'big' })).toMatchObject([{ count: 10_001 }]);
  });

  test('adds up what a few lines add up by hand', { timeout: 60_000 }, async () => {
    const counts: (Row & { hour: number; count: number })[] = [];
    const countArbitrary = fc.record({
      hour: fc.integer({ min: 0, max: 24 * 65 }).map((ago) => HOUR - ago * HOUR_MS),
      keyId: fc.constantFrom('key_1', 'key_2'),
      apiId: fc.constant('model'),
      organizationId: fc.constantFrom('acme', 'globex'),
      environment: fc.constantFrom('production', 'staging'),
      code: fc.constantFrom('VALID' as const, 'RATE_LIMITED' as const),
      count: fc.integer({ min: 1, max: 1_000_000_000 }),
    });
    const queryArbitrary = fc.record({
      interval: fc.constantFrom('hour', 'day', 'month'),
      from: fc.integer({ min: 0, max: 24 * 29 }).map((ago) => HOUR - ago * HOUR_MS),
      groupBy: fc.subarray(['code', 'keyId', 'organizationId', 'environment']),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(countArbitrary, { maxLength: 60 }),
        fc.array(queryArbitrary, { maxLength: 5 }),
        async (more, queries) => {
          const batch = { counts: more, keys: [], secrets: [], redigests: [] };
          await server.claviger.storage.usage.record(batch);
          counts.push(...more);
          for (const { interval, from, groupBy } of queries) {
            const expected = new Map<string, Row>();
            const digits = { hour: 13, day: 10, month: 7 }[interval] ?? 0;
            const startOf = (ms: number) => new Date(ms).toISOString().slice(0, digits);
            for (const count of counts.filter(({ hour }) => startOf(hour) >= startOf(from))) {
              const row: Row = { start: startOf(count.hour) };
              for (const name of groupBy) row[name] = count[name] ?? null;
              const before = expected.get(JSON.stringify(row))?.['count'] ?? 0;
              expected.set(JSON.stringify(row), { ...row, count: Number(before) + count.count });
            }
            const query = { apiId: 'model', interval, from: new Date(from).toISOString() };
            const rows = await usage({ ...query, groupBy: groupBy.join(',') });
            const shortened = rows.map((row) => ({
              ...row,
              start: startOf(Date.parse(`${row['start']}`)),
            }));
            expect(new Set(shortened)).toEqual(new Set(expected.values()));
            expect(shortened.length).toBe(expected.size);
            const starts = rows.map(({ start }) => `${start}`);
            expect(starts).toEqual(starts.toSorted());
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
