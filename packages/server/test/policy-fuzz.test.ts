import { createKeyBody, patchKeyBody, putApiBody } from '@claviger/contract';
import { assert, asyncProperty, constantFrom, nat, oneof, tuple, type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arbitraryOf, mutated, type Known } from './harness/arbitrary-of-schema.ts';
import { expectProblem } from './harness/expect-problem.ts';
import { expectStatus, withoutUses } from './harness/fixtures.ts';
import { openShop, SHOP, type Shop } from './harness/shop.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const EXPIRES = '2027-11-21T09:30:00.000Z';

/** Right, nearly right and wrong, so that requests come as far as every rule. */
const KNOWN: Known = {
  apiId: ['fuzzed'],
  organizationId: ['acme', 'globex'],
  environment: ['production'],
  permissions: [
    ['items:read'],
    ['items:read', 'chat:send'],
    ['items:write'],
    ['items:read', 'items:write', 'chat:send'],
    ['unknown'],
    [],
  ],
  preset: [null, 'read-only', 'full-access', 'unknown'],
  allowedOrigins: [
    [],
    ['example.com'],
    ['*.example.com', 'http://localhost:3000'],
    ['*.com'],
    ['null'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['https://[::1]:3000', 'http://[fe80::1%25eth0]'],
    ['*.github.io', '*', '', ' '],
  ],
  allowedIps: [
    [],
    ['203.0.113.7'],
    ['10.0.0.0/8', '2001:db8::/32'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['0.0.0.0/0'],
    ['10.0.0.1/8'],
    ['1.2.3', '/', '::/129'],
  ],
  resources: [{}, { customer: ['cus_1'] }, { customer: [], node: ['n'] }, { planet: ['mars'] }],
  rateLimits: [
    [],
    [{ name: 'own', limit: 5, windowSeconds: 60 }],
    [{ name: 'shared', limit: 5, windowSeconds: 60 }],
    [{ name: 'own', limit: 1_000_000, windowSeconds: 1, access: 'read' }],
    [
      { name: 'own', limit: 1, windowSeconds: 1 },
      { name: 'own', limit: 1, windowSeconds: 1 },
    ],
  ],
  credits: [
    null,
    { remaining: 0, refill: null },
    { remaining: 1_000_000_000_000, refill: { amount: 1, interval: 'month' } },
    { remaining: 5 },
    { remaining: 0.5 },
  ],
  expiresAt: [null, EXPIRES, '2026-11-21T09:30:00.000Z', '9999-12-31T23:59:59.999Z'],
  notBefore: [null, EXPIRES, '1970-01-01T00:00:00.000Z'],
};

const DERIVED = ['allowedOrigins', 'allowedIps', 'updatedAt', 'status', 'warnings'];

let server: TestServer;
let shop: Shop;

beforeAll(async () => {
  server = await startTestServer();
  shop = await openShop(server, 'fuzzed', {
    rateLimits: [{ name: 'shared', limit: 1_000, windowSeconds: 60, scope: 'organization' }],
    rateLimitMax: { limit: 1_000, windowSeconds: 60 },
  });
});
afterAll(() => server.stop());

/** Mostly a sound request with one or two of its fields at random, since each more is one more to be refused for. */
function nearlyRight(values: Arbitrary<unknown>, sound: object): Arbitrary<unknown> {
  const few = tuple(values, nat(), nat()).map(([value, one, two]) => {
    const fields = Object.entries(value as object);
    const some = [one, two].flatMap((at) => fields.slice(at % (fields.length + 1)).slice(0, 1));
    return { ...sound, ...Object.fromEntries(some) };
  });
  return oneof(
    { weight: 4, arbitrary: few },
    { weight: 1, arbitrary: mutated(few) },
    { weight: 1, arbitrary: values },
  );
}

/** An answer that is a success or the caller's fault; true for a success. */
function expectDecent(answer: Answer, success: number): boolean {
  if (answer.status === success) return true;
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expectProblem(answer, answer.body.code);
  for (const { pointer, message } of answer.body.errors ?? []) {
    expect(pointer).toMatch(/^(?:\/|$)/);
    expect(message).toMatch(/\S/);
  }
  return false;
}

const send = (method: string, path: string, body: unknown) =>
  server.call(method, path, {
    headers: { 'content-type': 'application/json' },
    rawBody: JSON.stringify(body),
  });

/** Any decision will do, as long as it is one. */
async function expectDecidable(token: string): Promise<void> {
  const ask = {
    token,
    apiId: 'fuzzed',
    origin: 'https://example.com',
    ip: '10.0.0.1',
    permissions: { anyOf: ['items:read', 'items:write'] },
    resources: {},
  };
  const { status, body } = await server.call('POST', '/v1/keys/verify', { body: ask });
  expect([status, typeof body.code]).toEqual([200, 'string']);
}

describe('whatever policy is asked for', () => {
  test('a key is created with all of it, or not at all', async () => {
    const base = { apiId: 'fuzzed', organizationId: 'acme', name: 'Fuzzed website' };
    const rights = { permissions: ['items:read'] };
    const bodies = nearlyRight(arbitraryOf(createKeyBody, KNOWN), { ...base, ...rights });
    let created = 0;
    await assert(
      asyncProperty(bodies, async (body) => {
        const answer = await send('POST', '/v1/keys', body);
        if (!expectDecent(answer, 201)) return;
        created++;
        const { key, secret, publicKey } = answer.body;
        expect(withoutUses(await shop.get(key.id))).toEqual(key);
        expect(secret === undefined).toBe(key.kind === 'publishable');
        expect(publicKey === undefined).toBe(key.kind === 'secret');
        await expectDecidable([publicKey, secret].filter(Boolean).join(':'));
        await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
      }),
      { numRuns: 400 },
    );
    expect(created).toBeGreaterThan(10);
    // What was refused left nothing behind.
    expect((await server.call('GET', '/v1/keys?apiId=fuzzed')).body.data).toEqual([]);
  });

  test.each(['secret', 'publishable', 'pair'])(
    'a %s key is changed in all that is asked, or in nothing',
    async (kind) => {
      const origins = kind === 'secret' ? {} : { allowedOrigins: ['example.com'] };
      const made = await shop.create({ kind, ...origins, credits: { remaining: 7 } });
      const token = [made.publicKey, made.secret].filter(Boolean).join(':');
      const bodies = nearlyRight(arbitraryOf(patchKeyBody, KNOWN), {});
      let changed = 0;
      await assert(
        asyncProperty(bodies, async (body) => {
          const before = withoutUses(await shop.get(made.key.id));
          const answer = await send('PATCH', `/v1/keys/${made.key.id}`, body);
          const after = withoutUses(await shop.get(made.key.id));
          if (!expectDecent(answer, 200)) {
            expect(after).toEqual(before);
            return;
          }
          changed++;
          expect(withoutUses(answer.body.key)).toEqual(after);
          // As it travelled: JSON knows neither -0 nor holes in a list.
          const asked = patchKeyBody.parse(JSON.parse(JSON.stringify(body)));
          // Origins and addresses are kept in another form, and some members follow from others.
          const rest = Object.keys(after).filter((name) => !DERIVED.includes(name));
          for (const name of rest) {
            const given = asked[name as keyof typeof asked];
            expect(after[name], name).toEqual(given === undefined ? before[name] : given);
          }
          for (const name of ['allowedOrigins', 'allowedIps'] as const) {
            expect(after[name]).toHaveLength((asked[name] ?? before[name]).length);
          }
          await expectDecidable(token);
        }),
        { numRuns: 250 },
      );
      expect(changed).toBeGreaterThan(5);
      await expectStatus(200, server.call('DELETE', `/v1/keys/${made.key.id}`));
    },
  );

  test('an API is defined with all of it, or stays what it was', async () => {
    const defined = await openShop(server, 'defined');
    await defined.create({ kind: 'pair', resources: { customer: ['cus_1'] } });
    const known: Known = {
      ...Object.fromEntries(Object.entries(SHOP).map(([name, value]) => [name, [value as never]])),
      environments: [['production']],
      legacyFormats: [[]],
      expiry: [null, { maxDays: 1 }],
      rateLimits: [
        [],
        [{ name: 'a', limit: 1, windowSeconds: 1, scope: 'organization', access: 'write' }],
        [{ name: 'a', limit: 0, windowSeconds: 1 }],
        [
          { name: 'a', limit: 1, windowSeconds: 1 },
          { name: 'a', limit: 1, windowSeconds: 1, scope: 'organization' },
        ],
      ],
      rateLimitMax: [null, { limit: 1, windowSeconds: 1 }, { limit: 1, windowSeconds: 0 }],
      resourceTypes: [SHOP.resourceTypes, [], [{ id: 'Bad', name: 'Bad' }]],
    };
    const bodies = nearlyRight(arbitraryOf(putApiBody, known), SHOP);
    await assert(
      asyncProperty(bodies, async (body) => {
        const before = (await server.call('GET', '/v1/apis/defined')).body;
        const answer = await send('PUT', '/v1/apis/defined', body);
        const after = (await server.call('GET', '/v1/apis/defined')).body;
        if (expectDecent(answer, 200)) expect(answer.body.api).toEqual(after);
        else expect(after).toEqual(before);
      }),
      { numRuns: 250 },
    );
  });

  test('a verification with anything in it is decided or refused', async () => {
    const { publicKey, secret } = await shop.create({
      kind: 'pair',
      allowedOrigins: ['*.example.com'],
      allowedIps: ['10.0.0.0/8'],
      resources: { customer: ['cus_1'] },
      rateLimits: [{ name: 'own', limit: 3, windowSeconds: 60 }],
      credits: { remaining: 2 },
    });
    const asks = constantFrom(publicKey, secret, `${publicKey}:${secret}`).chain((token: string) =>
      constantFrom<unknown[]>(
        'https://a.example.com',
        'http://',
        'https://%',
        'x'.repeat(2_048),
        'https://[::1',
        '\u0000',
        null,
        5,
        ['https://a.example.com'],
      ).chain((origin) =>
        constantFrom<unknown[]>('10.0.0.1', '::ffff:10.0.0.1', 'fe80::1%1', '', null, 7).chain(
          (ip) =>
            constantFrom<unknown[]>(0, 1, 3, 1_000_000, 1_000_001, -1, 0.5, '1').map((cost) => ({
              token,
              origin,
              ip,
              cost,
              apiId: 'fuzzed',
              resources: { customer: 'cus_1' },
            })),
        ),
      ),
    );
    await assert(
      asyncProperty(asks, async (ask) => {
        expectDecent(await send('POST', '/v1/keys/verify', ask), 200);
      }),
      { numRuns: 300 },
    );
  });

  test('none of it was a fault of the server', () => {
    expect(server.logLines.filter((line) => /"level":"(?:error|fatal)"/.test(line))).toEqual([]);
  });
});
