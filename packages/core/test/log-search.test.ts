import {
  listLogsQuery,
  type verificationCodes,
  verificationStatuses,
  type ListLogs,
  type LogEntry,
} from '@claviger/contract';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { createClaviger, type Claviger } from '../src/claviger.ts';
import { logIdAt } from '../src/logs/log-ids.ts';
import { exportLogs, listLogs } from '../src/logs/read-logs.ts';
import type { StoredLogChunk } from '../src/ports/log-store.ts';
import { systemCaller } from '../src/root-keys.ts';
import { EVERYWHERE, type Caller, type Scope } from '../src/scope.ts';
import { isoTime } from '../src/times.ts';
import { Peppers } from '../src/tokens/digest.ts';
import { storedChunk, type PlainEntry } from './harness/log-chunks.ts';
import { NOW } from './harness/records.ts';
import { ManualClock } from './model/manual-clock.ts';

const orNull = <T>(...values: T[]) => fc.constantFrom(null, ...values);
const keyIds = ['a', 'b', 'c'].map((letter) => `key_${letter.repeat(22)}`);

const subject = fc
  .record({
    keyId: fc.constantFrom(...keyIds),
    secretId: orNull(...['a', 'b'].map((letter) => `sec_${letter.repeat(22)}`)),
    organizationId: fc.constantFrom('acme', 'globex'),
    apiId: fc.constantFrom('interact', 'agiled'),
    environment: fc.constantFrom('production', 'staging'),
    hint: fc.constantFrom('int_a1b2…w3x4', 'int_Q7r8…Y9z0'),
  })
  .chain((known) =>
    fc.constantFrom(known, known, known, {
      ...known,
      keyId: null,
      secretId: null,
      organizationId: null,
      environment: null,
    }),
  );

/** Few moments, so that many entries of many chunks share one. */
const entry: fc.Arbitrary<PlainEntry> = fc.record({
  at: fc.nat(4_000).map((ms) => NOW + Math.round(ms / 50) * 50),
  subject,
  code: fc.constantFrom('VALID', 'VALID', 'NOT_FOUND', 'RATE_LIMITED', 'IP_NOT_ALLOWED'),
  permissions: fc.subarray(['jobs_read', 'jobs_trigger']),
  origin: orNull('https://app.example.com', 'https://example.org'),
  ip: orNull('203.0.113.7', '203.0.114.1', '2001:db8::1'),
  userAgent: orNull('curl/8.5.0', 'Node.js/26 (Linux)'),
  method: orNull('GET', 'POST', 'get'),
  path: orNull('/v1/jobs', '/v1/jobs/7', '/V2/Customers', '/x'),
  requestId: orNull('req-1', 'REQ-2', 'other'),
});

const chunk = fc
  .array(entry, { minLength: 1, maxLength: 12 })
  .map((entries) => entries.toSorted((a, b) => a.at - b.at));

/** Many small ones as well as few: heads come 64 at a time. */
const chunks = fc.oneof(
  fc.array(chunk, { maxLength: 12 }),
  fc.array(fc.array(entry, { minLength: 1, maxLength: 1 }), { minLength: 60, maxLength: 140 }),
);

const filters = fc
  .record(
    {
      keyId: fc.constantFrom(...keyIds),
      secretId: fc.constant(`sec_${'a'.repeat(22)}`),
      organizationId: fc.constantFrom('acme', 'globex', 'nobody'),
      apiId: fc.constantFrom('interact', 'agiled'),
      environment: fc.constantFrom('production', 'staging'),
      code: fc.constantFrom('VALID', 'NOT_FOUND,RATE_LIMITED', 'EXPIRED'),
      status: fc.constantFrom('200', '401', '403', '429'),
      valid: fc.constantFrom('true', 'false'),
      permission: fc.constantFrom('jobs_read', 'jobs_trigger'),
      origin: fc.constantFrom('https://example.org', 'https://example.com'),
      ip: fc.constantFrom('203.0.113.7', '203.0.113.0/24', '2001:db8::/32', '2001:DB8:0::1'),
      userAgent: fc.constantFrom('CURL', '.', '(linux)'),
      method: fc.constantFrom('get', 'POST'),
      path: fc.constantFrom('/v1/jobs', 'obs', '/v2', '/jobs'),
      requestId: fc.constantFrom('req-1', 'req-2'),
      from: fc.nat(4_000).map((ms) => isoTime(NOW + ms)),
      to: fc.nat(4_000).map((ms) => isoTime(NOW + ms)),
      q: fc.constantFrom('req', 'ACME', 'curl', 'customers', 'key_aaa', '…', 'get', '203.0', 'int'),
    },
    { requiredKeys: [] },
  )
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 3 }))
  .map((some) => Object.fromEntries(some) as Record<string, string>)
  .filter((query) => listLogsQuery.safeParse(query).success);

const scope: fc.Arbitrary<Scope> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(EVERYWHERE) },
  fc.record({
    apis: orNull(['interact'], ['interact', 'agiled']),
    organizations: orNull(['acme'], ['acme', 'globex']),
    environments: orNull(['staging']),
    owners: fc.constant(null),
  }),
);

const model = (stored: readonly StoredLogChunk[], plain: readonly PlainEntry[][]) =>
  stored
    .flatMap(({ id }, index) =>
      plain[index]!.map((each, place) => ({ ...each, id: logIdAt(id, place) })),
    )
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));

type ModelEntry = ReturnType<typeof model>[number];

/** What the addresses looked for begin with, as whole ones or as blocks. */
const NETWORKS: Record<string, string> = {
  '203.0.113.7': '203.0.113.7',
  '203.0.113.0/24': '203.0.113.',
  '2001:db8::/32': '2001:db8:',
  '2001:DB8:0::1': '2001:db8::1',
};

const has = (text: string | null, part: string) =>
  text !== null && text.toLowerCase().includes(part.toLowerCase());

/** One rule for each filter, in the plainest words. */
const RULES: Record<string, (each: ModelEntry, wanted: string) => boolean> = {
  keyId: ({ subject: { keyId } }, wanted) => keyId === wanted,
  secretId: ({ subject: { secretId } }, wanted) => secretId === wanted,
  organizationId: ({ subject: { organizationId } }, wanted) => organizationId === wanted,
  apiId: ({ subject: { apiId } }, wanted) => apiId === wanted,
  environment: ({ subject: { environment } }, wanted) => environment === wanted,
  code: ({ code }, wanted) => wanted.split(',').includes(code),
  status: ({ code }, wanted) =>
    verificationStatuses[code as (typeof verificationCodes)[number]] === Number(wanted),
  valid: ({ code }, wanted) => String(code === 'VALID') === wanted,
  permission: ({ permissions }, wanted) => permissions.includes(wanted),
  origin: ({ origin }, wanted) => origin === wanted,
  ip: ({ ip }, wanted) => ip?.startsWith(NETWORKS[wanted]!) === true,
  userAgent: ({ userAgent }, wanted) => has(userAgent, wanted),
  method: ({ method }, wanted) => method?.toLowerCase() === wanted.toLowerCase(),
  path: ({ path }, wanted) =>
    wanted.startsWith('/') ? path?.toLowerCase().startsWith(wanted) === true : has(path, wanted),
  requestId: ({ requestId }, wanted) => requestId === wanted,
  from: ({ at }, wanted) => at >= Date.parse(wanted),
  to: ({ at }, wanted) => at < Date.parse(wanted),
  q: ({ subject: of, path, userAgent, origin, ip, requestId }, wanted) =>
    [of.hint, of.keyId, of.secretId, of.organizationId, of.apiId, path, userAgent, origin, ip]
      .concat(requestId)
      .some((text) => has(text, wanted)),
};

function maySee({ apis, organizations, environments }: Scope, { subject: of }: ModelEntry) {
  const allowed = (list: readonly string[] | null, id: string | null) =>
    list === null || (id !== null && list.includes(id));
  return (
    allowed(apis, of.apiId) &&
    allowed(organizations, of.organizationId) &&
    allowed(environments, of.environment)
  );
}

function expected(all: readonly ModelEntry[], query: Record<string, string>, within: Scope) {
  return all.filter(
    (each) =>
      maySee(within, each) &&
      Object.entries(query).every(([name, wanted]) => RULES[name]!(each, wanted)),
  );
}

/** Time passes whenever somebody looks, so that searches break off in the middle. */
class HastyClock extends ManualClock {
  readonly #steps: readonly number[];
  #looks = 0;

  constructor(steps: readonly number[]) {
    super();
    this.#steps = steps;
  }

  override monotonic(): number {
    this.monotonicMs += this.#steps[this.#looks++ % this.#steps.length] ?? 0;
    return this.monotonicMs;
  }
}

const peppers = new Peppers([{ version: 1, key: Buffer.alloc(32, 7) }]);
const callerIn = (within: Scope): Caller => ({ ...systemCaller('test'), scope: within });

async function claviger(
  stored: readonly StoredLogChunk[],
  clock: ManualClock = new ManualClock(),
): Promise<Claviger> {
  const storage = openMemoryStorage();
  await storage.logs.put(stored);
  return createClaviger({ storage, peppers, clock });
}

async function allPages(from: Claviger, caller: Caller, query: ListLogs): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 10_000; pages++) {
    const page = await listLogs(from, caller, { ...query, cursor });
    expect(page.data.length).toBeLessThanOrEqual(query.limit);
    entries.push(...page.data);
    if (page.nextCursor === null) return entries;
    cursor = page.nextCursor;
  }
  throw new Error('the pages do not end');
}

describe('every entry that is meant comes once, newest first', () => {
  test('over pages, whatever overlaps and wherever a page breaks off', async () => {
    await fc.assert(
      fc.asyncProperty(
        chunks,
        filters,
        scope,
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.constantFrom(0, 1, 30, 100), { minLength: 1, maxLength: 5 }),
        async (plain, query, within, limit, steps) => {
          const stored = await Promise.all(plain.map(storedChunk));
          const from = await claviger(stored, new HastyClock(steps));
          const parsed = listLogsQuery.parse({ ...query, limit });
          const found = await allPages(from, callerIn(within), parsed);
          const wanted = expected(model(stored, plain), query, within);
          expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
          expect(found.map(({ at }) => at)).toEqual(wanted.map(({ at }) => isoTime(at)));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('in an export', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, filters, scope, async (plain, query, within) => {
        const stored = await Promise.all(plain.map(storedChunk));
        const from = await claviger(stored, new HastyClock([30]));
        const parsed = { format: 'csv' as const, ...listLogsQuery.parse(query) };
        const found: LogEntry[] = [];
        for await (const some of exportLogs(from, callerIn(within), parsed)) found.push(...some);
        const wanted = expected(model(stored, plain), query, within);
        expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      }),
      { numRuns: 50 },
    );
  });
});
