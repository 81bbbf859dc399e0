import type { Operation } from '@claviger/contract';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  oneof,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arbitraryOf, mutated } from './harness/arbitrary-of-schema.ts';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi, expectStatus } from './harness/fixtures.ts';
import { createMember, ORIGIN } from './harness/people.ts';
import {
  allOperations,
  callOperation,
  createWorld,
  pathOf,
  soundBody,
  type World,
} from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const withBody = allOperations.filter((operation) => operation.body !== undefined);
const withQuery = allOperations.filter((operation) => operation.query !== undefined);
const withParams = allOperations.filter((operation) => operation.params !== undefined);

/** What exists, so that not every request ends at the first thing that does not. */
const KNOWN = {
  apiId: ['interact'],
  organizationId: ['acme'],
  // Stands for a key that is valid.
  token: ['a live key'],
  environment: ['production'],
  permissions: [['agent_jobs_read'], ['agent_jobs_read', 'agent_jobs_trigger']],
  preset: [null],
  kind: ['secret'],
  resources: [{}],
  allowedOrigins: [[]],
  allowedIps: [[], ['203.0.113.7'], ['10.0.0.0/8', '2001:db8::/32']],
  rateLimits: [[], [{ name: 'own', limit: 5, windowSeconds: 60 }]],
  credits: [null, { remaining: 5, refill: { amount: 5, interval: 'day' } }],
  formats: [{ secret: { prefix: 'int', length: 48 } }],
  environments: [['production']],
  presets: [[], [{ id: 'all', name: 'All', grants: 'all' }]],
  legacyFormats: [['^old-[0-9]{8}$']],
  // The keys in use are to stay in use.
  dryRun: [true],
};

let server: TestServer;
let world: World;
let liveKey: string;
let cookie: string;

beforeAll(async () => {
  server = await startTestServer();
  world = await createWorld(server);
  liveKey = (await createTestKey(server)).secret;
  ({ cookie } = await createMember(server, 'acme', 'viewer', 'fuzzed'));
  const body = { name: 'Fuzzed' };
  await expectStatus(200, server.call('PUT', '/v1/organizations/fuzzed', { body }));
});
afterAll(() => server.stop());

/** An export answers an entry a line. */
function bodiesOf({ exported }: Operation, { body, text, headers }: Answer): unknown[] {
  if (exported !== true) return [body];
  if (headers.get('content-type') !== 'application/x-ndjson') return [];
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** As the contract says: the answer of a success, or a problem that is the caller's. */
function expectSound(operation: Operation, answer: Answer): void {
  if (answer.status === operation.success.status) {
    for (const body of bodiesOf(operation, answer)) {
      expect(operation.success.schema.safeParse(body).error?.issues).toBeUndefined();
    }
    expect(answer.headers.get('x-request-id')).toMatch(/\S/);
    return;
  }
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expectProblem(answer, answer.body.code);
  for (const { pointer, message } of answer.body.errors ?? []) {
    expect(pointer).toMatch(/^(?:\/|$)/);
    expect(message).toMatch(/\S/);
  }
}

describe.each(withBody)('$id', (operation) => {
  const schema = operation.body!;

  /** A key that revokes itself is gone after it; what is defined anew or suspended must not be what is in use. */
  async function send(body: string | Uint8Array): Promise<Answer> {
    const key = operation.permission === 'any' ? (await createTestKey(server)).secret : undefined;
    const path = pathOf(operation, world).replace(/interact|acme/, 'fuzzed');
    const signedIn = operation.permission === 'session' && { cookie, origin: ORIGIN };
    return server.call(operation.method, path, {
      ...(key && { key }),
      headers: { 'content-type': 'application/json', ...signedIn },
      rawBody: body,
    });
  }

  const checked = async (value: unknown) => {
    const text = JSON.stringify(value).replaceAll('"a live key"', `"${liveKey}"`);
    const answer = await send(text);
    expectSound(operation, answer);
    if (!schema.safeParse(JSON.parse(text)).success) {
      expectProblem(answer, 'INVALID_REQUEST');
      expect(answer.body.errors.length).toBeGreaterThan(0);
    }
  };

  const shaped = oneof(
    arbitraryOf(schema, KNOWN),
    arbitraryOf(schema, KNOWN).map((fields) => ({
      ...(fields as object),
      ...(soundBody(operation) as object),
    })),
  );

  test('answers anything of its shape as the contract says', async () => {
    await assert(asyncProperty(shaped, checked), { numRuns: 50 });
  });

  test('answers anything that is almost of its shape as the contract says', async () => {
    await assert(asyncProperty(mutated(shaped), checked), { numRuns: 80 });
  });

  test('answers any bytes as the contract says', async () => {
    const punctuation = string({ unit: constantFrom(...'{}[]":,0e-\\u\ud83e '), maxLength: 40 });
    const bodies = oneof(uint8Array({ minLength: 1, maxLength: 60 }), punctuation);
    await assert(
      asyncProperty(bodies, async (body) => expectSound(operation, await send(body))),
      { numRuns: 30 },
    );
  });
});

const anyText = string({ unit: 'binary', maxLength: 60 });

describe.each(withQuery)('$id', (operation) => {
  const { shape } = operation.query as unknown as { shape: Record<string, never> };
  const names = oneof(
    constantFrom(...Object.keys(shape), 'metadata.plan', 'metadata.', 'metadata.a.b', '__proto__'),
    anyText,
  );
  const values = oneof(
    anyText,
    constantFrom('1', '200', 'asc', 'name', 'active', 'interact', 'customer:a:b', '%', "'", '\\'),
    ...Object.values(shape).map((field) => arbitraryOf(field).map(String)),
  );

  test('answers any query as the contract says', async () => {
    const queries = array(tuple(names, values), { maxLength: 4 });
    await assert(
      asyncProperty(queries, async (query) => {
        const path = `${operation.path}?${new URLSearchParams(query)}`;
        expectSound(operation, await server.call('GET', path));
      }),
      { numRuns: 120 },
    );
  });
});

describe.each(withParams)('$id', (operation) => {
  const segment = oneof(
    anyText.map((text) => encodeURIComponent(text) || '%20'),
    constantFrom('%', '%ZZ', '%00', '%2F', '..%2f', '%E0%A4%A', "'", '~', 'a'.repeat(3_000)),
  );

  test('answers any id as the contract says', async () => {
    const path = operation.path.replace(/\{\w+\}/, '{}');
    const fixed = (id: string) =>
      pathOf({ ...operation, path: path.replace('{}', () => id) as '/' }, world);
    await assert(
      asyncProperty(segment, async (id) => {
        const options = operation.method === 'GET' ? {} : { body: {} };
        const answer = await server.call(operation.method, fixed(id), options);
        expectSound(operation, answer);
      }),
      { numRuns: 30 },
    );
  });
});

test('any headers are answered as the contract says', async () => {
  const names = constantFrom(
    'authorization',
    'x-api-key',
    'x-request-id',
    'content-type',
    'accept',
    'x-forwarded-for',
    'cookie',
    'origin',
  );
  const latin1 = array(nat(0xff), { maxLength: 80 }).map((units) =>
    String.fromCharCode(...units).replaceAll(/[^\x20-\x7e\x80-\xff]/g, ''),
  );
  const values = oneof(
    latin1,
    latin1.map((text) => `Bearer ${text}`),
    constantFrom(...',;="\\').map((mark) => mark.repeat(20)),
  );
  await assert(
    asyncProperty(array(tuple(names, values), { maxLength: 4 }), nat(), async (headers, at) => {
      const operation = allOperations[at % allOperations.length]!;
      const answer = await callOperation(server, operation, world, {
        key: null,
        headers: Object.fromEntries(headers),
      });
      expectSound(operation, answer);
    }),
    { numRuns: 200 },
  );
});

test('none of it has hurt: Interact is what it was, and no fault was logged', async () => {
  const { body } = await server.call('GET', '/v1/apis/interact');
  expect(body).toMatchObject({ formats: exampleApi('interact')['formats'] });
  expect(server.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line))).toEqual([]);
});
