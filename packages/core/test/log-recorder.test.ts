import { verificationCodes, type RefusalCode, type Verify } from '@claviger/contract';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryLogStore } from '../src/adapters/memory/memory-log-store.ts';
import { StorageError } from '../src/errors.ts';
import { mayHold } from '../src/logs/bloom-filter.ts';
import type { LogSource } from '../src/logs/log-chunk.ts';
import { DEFAULT_LOG_POLICY, type LogPolicy } from '../src/logs/log-policy.ts';
import { LogRecorder } from '../src/logs/log-recorder.ts';
import { logTerm } from '../src/logs/log-terms.ts';
import { MAX_CHUNK_ENTRIES, MAX_CHUNK_SPAN_MS } from '../src/ports/log-store.ts';
import { EVERYWHERE } from '../src/scope.ts';
import { generateToken } from '../src/tokens/generate-token.ts';
import {
  claimOf,
  newApiEntry,
  newOrganizationEntry,
  newSecretEntry,
} from '../src/verification/entries.ts';
import { spell, storedEntries, storedHeads, type SpelledEntry } from './harness/log-entries.ts';
import { aKey, anApi, anOrganization, aSecret, NOW } from './harness/records.ts';
import { ManualClock } from './model/manual-clock.ts';

const DAY_MS = 86_400_000;
const MAX_WAITING_CHUNKS = 40;

class FailingLogStore extends MemoryLogStore {
  away = false;
  puts = 0;
  completing = 0;
  readonly read: string[] = [];
  /** Set: puts wait for it. */
  gate: Promise<void> | null = null;

  override async put(...args: Parameters<MemoryLogStore['put']>): Promise<void> {
    await this.gate;
    this.#fail();
    this.puts++;
    return super.put(...args);
  }

  override async complete(...args: Parameters<MemoryLogStore['complete']>): Promise<void> {
    this.#fail();
    if (args[0].length > 0) this.completing++;
    return super.complete(...args);
  }

  override async readChunks(ids: readonly string[]) {
    this.#fail();
    this.read.push(...ids);
    return super.readChunks(ids);
  }

  #fail(): void {
    if (this.away) throw new StorageError('the database is away');
  }
}

const api = newApiEntry(anApi());
function entryOf(organizationId: string, type: 'secret' | 'public' = 'secret') {
  const key = aKey({ organizationId });
  const secret = aSecret({ keyId: key.id, type });
  const organization = newOrganizationEntry(anOrganization({ id: organizationId }));
  return newSecretEntry(secret.id, { secret, key }, api, organization, claimOf(key));
}

const acme = entryOf('acme');
const globex = entryOf('globex');
const half = entryOf('acme', 'public');
const TOKEN = generateToken({ prefix: 'int', length: 48 }, 'production');
const asked = { apiId: 'interact', environment: 'production' };
const question = (fields: Partial<Verify> = {}): Verify => ({
  token: TOKEN,
  apiId: 'interact',
  cost: 1,
  ...fields,
});

let clock: ManualClock;
let store: FailingLogStore;
let logs: LogRecorder;
let observed: SpelledEntry[];

function start(policy: Partial<LogPolicy> = {}): void {
  clock = new ManualClock();
  store = new FailingLogStore();
  observed = [];
  logs = new LogRecorder({
    store,
    clock,
    policy: { ...DEFAULT_LOG_POLICY, ...policy },
    observe: (columns, from) => observed.push(...spell('', columns).slice(from)),
  });
}
beforeEach(() => start());

const record = (
  secret: typeof acme | null = acme,
  refusal: RefusalCode | null = null,
  fields: Partial<Verify> = {},
  requestId: string | null = null,
) => logs.record(secret, refusal, asked, question(fields), requestId, clock.now(), 0);

const stored = async () => {
  await logs.flush();
  return storedEntries(store);
};
const onlyStored = async () => {
  const entries = await stored();
  expect(entries).toHaveLength(1);
  return entries[0]!;
};

const idOf = ({ id }: SpelledEntry) => id;

describe('an entry', () => {
  test('says what was asked about whom, and what was decided', async () => {
    const id = record(acme, 'RATE_LIMITED', {
      permissions: ['jobs_read', 'jobs_trigger'],
      origin: 'https://app.example.com',
      ip: '203.0.113.7',
      request: { id: 'mine', method: 'POST', path: '/v1/jobs', userAgent: 'curl/8.1' },
    });
    expect(id).toMatch(/^log_[0-9A-Za-z]{24}$/);
    expect(await onlyStored()).toEqual({
      id,
      at: NOW,
      keyId: acme.key.id,
      secretId: acme.id,
      organizationId: 'acme',
      apiId: 'interact',
      environment: 'production',
      hint: null,
      code: 'RATE_LIMITED',
      permissions: ['jobs_read', 'jobs_trigger'],
      origin: 'https://app.example.com',
      ip: '203.0.113.7',
      userAgent: 'curl/8.1',
      method: 'POST',
      path: '/v1/jobs',
      requestId: 'mine',
      durationUs: 0,
      responseStatus: null,
      responseDurationMs: null,
    });
  });

  test('has none of what was left out, and the request id of the verification in the place of its own', async () => {
    record(half, null, { permissions: { anyOf: ['jobs_read'] } }, 'req_1');
    const entry = await onlyStored();
    expect(entry).toMatchObject({ code: 'VALID', secretId: null, requestId: 'req_1' });
    expect(entry).toMatchObject({ permissions: ['jobs_read'], origin: null, ip: null });
    expect(entry).toMatchObject({ userAgent: null, method: null, path: null });
  });

  test('of an unknown token has a hint of it at most, and nothing of a key that exists elsewhere', async () => {
    record(null, 'NOT_FOUND');
    record(acme, 'NOT_FOUND');
    record(null, 'NOT_FOUND', { token: `pk_${'a'.repeat(32)}:${TOKEN}` });
    for (const token of ['hello', 'int_tooshort', `int_${'a'.repeat(19)}`, '']) {
      record(null, 'NOT_FOUND', { token });
    }
    const hint = `${TOKEN.slice(0, 8)}…${TOKEN.slice(-4)}`;
    const entries = await stored();
    expect(entries.map((entry) => entry.hint)).toEqual([hint, hint, hint, null, null, null, null]);
    for (const entry of entries) {
      expect(entry).toMatchObject({ keyId: null, secretId: null, organizationId: null, ...asked });
    }
  });

  test('is timed by whoever answered it', async () => {
    record();
    record();
    logs.took(0.1234);
    logs.record(acme, null, asked, question(), null, clock.now(), 77);
    expect((await stored()).map(({ durationUs }) => durationUs)).toEqual([0, 123, 77]);
  });

  test('about a credential that was presented here says with what request', async () => {
    const source: LogSource = {
      origin: null,
      ip: '2001:DB8::1',
      userAgent: 'claviger-cli/1',
      method: 'GET',
      path: '/v1/keys?q=1',
      requestId: 'req_2',
    };
    const presented = { secret: globex, refusal: null, apiId: 'claviger', environment: null };
    const fields = { permissions: ['keys:read'], token: TOKEN, source };
    logs.recordPresented({ ...presented, ...fields, nowMs: NOW, durationMs: 1.5 });
    expect(await onlyStored()).toMatchObject({
      keyId: globex.key.id,
      permissions: ['keys:read'],
      ip: '2001:db8::1',
      userAgent: 'claviger-cli/1',
      method: 'GET',
      path: '/v1/keys',
      requestId: 'req_2',
      durationUs: 1_500,
    });
  });
});

describe('no secret reaches the log', () => {
  const encoded = TOKEN.replace('int_', '%69nt%5F');
  test.each([
    ['in the path', { path: `/v1/hooks/${TOKEN}/run` }],
    ['in the path behind other letters', { path: `/v1/x${TOKEN}` }],
    ['in the query', { path: `/v1/jobs?key=${TOKEN}` }],
    ['in the fragment', { path: `/v1/jobs#${TOKEN}` }],
    ['in the host', { path: `https://user:${TOKEN}@example.com/v1/jobs` }],
    ['percent-encoded', { path: `/v1/${encoded}` }],
    ['in the user agent', { userAgent: `curl (${TOKEN})` }],
    ['in the request id', { id: `req:${TOKEN}` }],
    ['at the end of a long path', { path: `/${'x'.repeat(2_040)}${TOKEN}` }],
  ])('%s', async (_where, request) => {
    record(acme, null, { request, origin: `https://${TOKEN}.example.com` }, TOKEN);
    const text = JSON.stringify(await onlyStored());
    expect(text).not.toContain(TOKEN.slice(4, 20));
    expect(JSON.stringify(observed)).not.toContain(TOKEN.slice(4, 20));
  });

  test('in the permissions', async () => {
    record(acme, null, { permissions: [TOKEN] });
    expect((await onlyStored()).permissions).toEqual(['<secret>']);
  });

  test('of a key that was issued elsewhere, presented and repeated in the path', async () => {
    const token = 'legacy-0123456789';
    record(null, 'NOT_FOUND', { token, request: { path: `/v1/${token}/run` } });
    expect((await onlyStored()).path).toBe('/v1/<secret>/run');
  });

  test('and what is no secret is left as it is', async () => {
    const path = `/v1/keys/${acme.key.id}/100%/a_b`;
    record(acme, null, { request: { path, userAgent: 'Mozilla/5.0 (X11)' } });
    expect(await onlyStored()).toMatchObject({ path, userAgent: 'Mozilla/5.0 (X11)' });
  });
});

describe('what says something about people', () => {
  const request = { userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/144' };
  const logged = async (policy: Partial<LogPolicy>, ip: string) => {
    start(policy);
    record(acme, null, { ip, request });
    const { ip: address, userAgent } = await onlyStored();
    return [address, userAgent];
  };

  test.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3::4', '2001:db8:1::'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
  ])('is cut down: %s', async (ip, network) => {
    expect(await logged({ ips: 'truncated', userAgents: 'truncated' }, ip)).toEqual([
      network,
      'Mozilla',
    ]);
    const [head] = await storedHeads(store);
    expect(mayHold(head!.filter, logTerm('ip', network))).toBe(true);
    expect(mayHold(head!.filter, logTerm('ip', ip))).toBe(false);
  });

  test('is left out', async () => {
    expect(await logged({ ips: 'off', userAgents: 'off' }, '203.0.113.7')).toEqual([null, null]);
  });

  test('is kept in one form', async () => {
    expect(await logged({}, '2001:0DB8::0001')).toEqual(['2001:db8::1', request.userAgent]);
  });

  test('and nothing at all is recorded when the log is off', async () => {
    start({ enabled: false });
    expect(record()).toBeNull();
    expect(await stored()).toEqual([]);
    expect([logs.depth, logs.dropped, logs.written]).toEqual([0, 0, 0]);
  });
});

describe('chunks', () => {
  const step = fc.oneof(
    { weight: 10, arbitrary: fc.record({ record: fc.nat(2), code: fc.nat(13), times: fc.nat(3) }) },
    {
      weight: 3,
      arbitrary: fc.record({ pass: fc.integer({ min: -5_000, max: 2 * MAX_CHUNK_SPAN_MS }) }),
    },
    { weight: 2, arbitrary: fc.constant({ flush: true }) },
    { weight: 1, arbitrary: fc.constant({ fail: true }) },
    { weight: 1, arbitrary: fc.constant({ burst: true }) },
  );

  test('hold every entry once, in order, each chunk of one hour of one day at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        start();
        const expected: { id: string; at: number; code: string; keyId: string | null }[] = [];
        const add = (which: number, code: number) => {
          const secret = [acme, globex, null][which]!;
          const refusal = secret === null ? 'NOT_FOUND' : verificationCodes[code]!;
          const id = record(secret, refusal === 'VALID' ? null : refusal);
          const keyId = refusal === 'NOT_FOUND' ? null : secret!.key.id;
          expected.push({ id: id!, at: clock.now(), code: refusal, keyId });
        };
        for (const one of steps) {
          if ('record' in one) for (let n = 0; n <= one.times; n++) add(one.record, one.code);
          if ('pass' in one) clock.wallMs += one.pass;
          if ('flush' in one) await logs.flush();
          if ('burst' in one) for (let n = 0; n < 700; n++) add(n % 3, n % 14);
          if ('fail' in one) {
            store.away = true;
            if (logs.depth > 0) await expect(logs.flush()).rejects.toThrow('away');
            store.away = false;
          }
        }
        const entries = await stored();
        const byId = new Map(entries.map((entry) => [entry.id, entry]));
        expect(byId.size).toBe(expected.length);
        for (const entry of expected) expect(byId.get(entry.id)).toMatchObject(entry);
        expect(observed.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
        for (const { from, to, count } of await storedHeads(store)) {
          expect(count).toBeLessThanOrEqual(MAX_CHUNK_ENTRIES);
          expect(to - from).toBeLessThan(MAX_CHUNK_SPAN_MS);
          expect(Math.floor(to / DAY_MS)).toBe(Math.floor(from / DAY_MS));
        }
        expect([logs.depth, logs.dropped, logs.written]).toEqual([0, 0, expected.length]);
      }),
      { numRuns: 60 },
    );
  });

  test('are closed early by long texts', async () => {
    for (let n = 0; n < 600; n++)
      record(acme, null, { request: { path: `/${n}${'x'.repeat(2_000)}` } });
    await logs.flush();
    const heads = await storedHeads(store);
    expect(heads.map(({ count }) => count).slice(0, 2)).toEqual([250, 250]);
  });

  test('are written again only when they have grown', async () => {
    record();
    await logs.flush();
    await logs.flush();
    expect(store.puts).toBe(1);
    record();
    await logs.flush();
    expect(store.puts).toBe(2);
    expect((await storedHeads(store)).map(({ count }) => count)).toEqual([2]);
  });

  test('written while more comes have what came before the call, and the next has the rest', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    record();
    const first = logs.flush();
    const second = record();
    const flushes = [logs.flush(), logs.flush(), logs.flushGently()];
    resolve();
    await Promise.all([first, ...flushes]);
    expect((await storedEntries(store)).map(idOf)).toContain(second);
    // Those who called while it was under way share one.
    expect(store.puts).toBe(2);
  });

  test('are observed once, whether they can be written or not', async () => {
    record();
    store.away = true;
    await expect(logs.flush()).rejects.toThrow('away');
    record(globex);
    await expect(logs.flush()).rejects.toThrow('away');
    store.away = false;
    await logs.flush();
    expect(observed.map(({ keyId }) => keyId)).toEqual([acme.key.id, globex.key.id]);
  });
});

describe('while nothing can be written', () => {
  test('entries wait up to a bound, and those beyond it are dropped, counted and given no id', async () => {
    store.away = true;
    const room = (MAX_WAITING_CHUNKS + 1) * MAX_CHUNK_ENTRIES;
    const ids: string[] = [];
    for (let n = 0; n < room; n++) ids.push(record()!);
    for (let n = 0; n < 1_234; n++) expect(record()).toBeNull();
    expect([logs.depth, logs.dropped, logs.written]).toEqual([room, 1_234, 0]);
    await expect(logs.flush()).rejects.toThrow('away');
    expect(record()).toBeNull();

    store.away = false;
    await logs.flush();
    expect([logs.depth, logs.dropped, logs.written]).toEqual([0, 1_235, room]);
    ids.push(record()!);
    await logs.flush();
    expect(new Set((await storedEntries(store)).map(idOf))).toEqual(new Set(ids));
    expect(new Set(ids).size).toBe(room + 1);
  });
});

describe('completing', () => {
  const completion = (
    logId: string,
    responseStatus = 200,
    responseDurationMs: number | null = 12,
  ) => {
    return { logId, responseStatus, responseDurationMs };
  };
  const complete = (...ids: string[]) =>
    logs.complete(
      EVERYWHERE,
      ids.map((id) => completion(id)),
    );
  const completed = async () =>
    (await stored()).filter(({ responseStatus }) => responseStatus !== null).map(idOf);
  const fill = () => {
    for (let n = 0; n < MAX_CHUNK_ENTRIES; n++) record();
  };

  test('an entry that is not written yet', async () => {
    const [, id] = [record(), record()];
    expect(await complete(id!)).toEqual([]);
    expect(await completed()).toEqual([id]);
    expect((await stored())[1]).toMatchObject({ responseStatus: 200, responseDurationMs: 12 });
  });

  test('an entry of a chunk that is full, or written, or long gone from memory', async () => {
    const id = record()!;
    for (let chunks = 0; chunks < 20; chunks++) {
      fill();
      if (chunks % 2 === 0) await logs.flush();
      expect(await complete(id)).toEqual([]);
      expect(await completed()).toEqual([id]);
    }
    expect(store.read).toContain(id.slice(4, 26));
    expect(store.completing).toBeGreaterThan(10);
  });

  test('comes after its chunk, however often that could not be written', async () => {
    const id = record()!;
    await complete(id);
    store.away = true;
    await expect(logs.flush()).rejects.toThrow('away');
    fill();
    store.away = false;
    expect(await completed()).toEqual([id]);
  });

  test('twice: what came last holds', async () => {
    const id = record()!;
    await logs.complete(EVERYWHERE, [completion(id, 500), completion(id, 201, null)]);
    expect(await onlyStored()).toMatchObject({ responseStatus: 201, responseDurationMs: null });
    await logs.complete(EVERYWHERE, [completion(id, 404)]);
    expect(await onlyStored()).toMatchObject({ responseStatus: 404 });
  });

  test.each([
    ['in memory', false],
    ['stored', true],
  ])('what is not there, or not within the scope, is unknown: %s', async (_where, isStored) => {
    const [mine, theirs, nobodys] = [record(acme)!, record(globex)!, record(null, 'NOT_FOUND')!];
    if (isStored) {
      await logs.flush();
      // As after a restart.
      logs = new LogRecorder({ store, clock });
    }
    const beyond = `${mine.slice(0, -2)}0z`;
    const other = `${mine.slice(0, 20)}00000000`;
    const all = [mine, theirs, nobodys, beyond, other, 'log_', 'key_1'].map((id) => completion(id));
    const scope = { ...EVERYWHERE, organizations: ['acme'] };
    expect(await logs.complete(scope, all)).toEqual([
      'log_',
      'key_1',
      theirs,
      nobodys,
      beyond,
      other,
    ]);
    await logs.complete({ ...EVERYWHERE, apis: ['other'] }, [completion(theirs)]);
    expect(await completed()).toEqual([mine]);
  });

  test('more than can wait is refused', async () => {
    const id = record()!;
    const many = Array.from({ length: 100_001 }, () => completion(id));
    await expect(logs.complete(EVERYWHERE, many)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});

describe('old entries', () => {
  test('are kept for whole days, and then deleted', async () => {
    start({ keepDays: 2 });
    const begun = record()!;
    await logs.flush();
    clock.pass(2 * DAY_MS);
    await logs.keepUp();
    expect((await stored()).map(idOf)).toEqual([begun]);
    const later = record()!;
    await logs.flush();
    clock.pass(DAY_MS);
    await logs.keepUp();
    expect((await stored()).map(idOf)).toEqual([later]);
  });

  test('go even where nothing is recorded any more', async () => {
    record();
    await logs.flush();
    const off = { ...DEFAULT_LOG_POLICY, enabled: false, keepDays: 1 };
    logs = new LogRecorder({ store, clock, policy: off });
    clock.pass(3 * DAY_MS);
    await logs.keepUp();
    expect(await storedEntries(store)).toEqual([]);
  });
});
