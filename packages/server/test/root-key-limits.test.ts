import { parseList } from 'structured-headers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectStatus } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function newRootKey(fields: Readonly<Record<string, unknown>>): Promise<string> {
  const body = {
    apiId: 'claviger',
    organizationId: 'claviger',
    name: 'Backend of the shop',
    preset: 'full-access',
    ...fields,
  };
  return (await expectStatus(201, server.call('POST', '/v1/keys', { body }))).body.secret;
}

const limitsOf = ({ headers }: Answer) => ({
  policy: parseList(headers.get('ratelimit-policy') ?? ''),
  state: parseList(headers.get('ratelimit') ?? ''),
});

const reading = { name: 'reading', limit: 2, windowSeconds: 60, access: 'read' };

test('every answer to a limited root key says where its limits stand, and 429 when to come back', async () => {
  const key = await newRootKey({ rateLimits: [reading] });
  const read = () => server.call('GET', '/v1/apis', { key });
  const first = await read();
  expect(first.status).toBe(200);
  expect(limitsOf(first)).toEqual({
    policy: [
      [
        'reading',
        new Map([
          ['q', 2],
          ['w', 60],
        ]),
      ],
    ],
    state: [
      [
        'reading',
        new Map([
          ['r', 1],
          ['t', 60],
        ]),
      ],
    ],
  });
  await server.advance(10_500);
  await expectStatus(200, read());
  const refused = await read();
  expect(refused.status).toBe(429);
  expect(refused.body.code).toBe('RATE_LIMITED');
  expect(refused.headers.get('retry-after')).toBe('50');
  expect(limitsOf(refused).state).toEqual([
    [
      'reading',
      new Map([
        ['r', 0],
        ['t', 50],
      ]),
    ],
  ]);
  expect(refused.headers.has('www-authenticate')).toBe(false);

  const unaffected = await server.call('PUT', '/v1/organizations/acme', {
    key,
    body: { name: 'Acme' },
  });
  expect(unaffected.status).toBe(200);
  expect(unaffected.headers.has('ratelimit')).toBe(false);
  await server.advance(49_500);
  await expectStatus(200, read());
});

test('a verification that a limited root key asks for counts under its limits', async () => {
  const key = await newRootKey({ rateLimits: [{ name: 'all', limit: 1, windowSeconds: 60 }] });
  const ask = () =>
    server.call('POST', '/v1/keys/verify', { key, body: { token: 'x', apiId: 'claviger' } });
  const first = await ask();
  expect(first.status).toBe(200);
  expect(limitsOf(first).state).toEqual([
    [
      'all',
      new Map([
        ['r', 0],
        ['t', 60],
      ]),
    ],
  ]);
  const second = await ask();
  expect(second.status).toBe(429);
  expect(second.headers.get('retry-after')).toBe('60');
});

test('a root key with credits spends them, and says so when they are gone', async () => {
  const key = await newRootKey({ credits: { remaining: 2 } });
  const read = () => server.call('GET', '/v1/apis', { key });
  await expectStatus(200, read());
  await expectStatus(200, read());
  const refused = await read();
  expect(refused.status).toBe(429);
  expect(refused.body.code).toBe('QUOTA_EXCEEDED');
  expect(refused.headers.has('retry-after')).toBe(false);
});

test('a root key that is bound to addresses works from these alone', async () => {
  const near = await newRootKey({ allowedIps: ['127.0.0.0/8', '::1'] });
  const far = await newRootKey({ allowedIps: ['203.0.113.0/24'] });
  const body = { token: 'x', apiId: 'claviger' };
  for (const [key, status] of [
    [near, 200],
    [far, 403],
  ] as const) {
    await expectStatus(status, server.call('GET', '/v1/apis', { key }));
    await expectStatus(status, server.call('POST', '/v1/keys/verify', { key, body }));
    await expectStatus(status, server.call('GET', '/v1/me', { key }));
  }
});

test('a batch that cannot be decided as a whole takes nothing from anybody', async () => {
  await expectStatus(200, server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } }));
  const definition = {
    name: 'Jobs',
    formats: { secret: { prefix: 'jobs', length: 48 } },
    permissions: [{ id: 'jobs_read', name: 'Read jobs' }],
  };
  await expectStatus(200, server.call('PUT', '/v1/apis/jobs', { body: definition }));
  const created = await server.call('POST', '/v1/keys', {
    body: {
      apiId: 'jobs',
      organizationId: 'acme',
      name: 'Nightly export',
      permissions: ['jobs_read'],
      credits: { remaining: 5 },
    },
  });
  const ask = { token: created.body.secret, apiId: 'jobs' };
  const decide = (...verifications: unknown[]) =>
    server.call('POST', '/v1/keys/verify-batch', { body: { verifications } });
  expect((await decide(ask, { ...ask, environment: 'nowhere' })).status).toBe(400);
  expect((await decide(ask, { ...ask, apiId: 'unknown' })).status).toBe(404);
  const { body } = await decide(ask, { ...ask, cost: 4 }, ask);
  expect(body.data.map(({ code, credits }: Answer['body']) => [code, credits.remaining])).toEqual([
    ['VALID', 4],
    ['VALID', 0],
    ['QUOTA_EXCEEDED', 0],
  ]);
});

test('so does the answer to a verification that is refused after the root key was charged', async () => {
  const key = await newRootKey({ rateLimits: [reading] });
  const ask = (body: unknown) => server.call('POST', '/v1/keys/verify', { key, body });
  const malformed = await expectStatus(400, ask({ token: 1 }));
  const unknown = await expectStatus(404, ask({ token: 'x', apiId: 'nowhere' }));
  const remaining = [malformed, unknown].map(
    (answer) => limitsOf(answer).state[0]?.[1].get('r') as number,
  );
  expect(remaining).toEqual([1, 0]);
});
