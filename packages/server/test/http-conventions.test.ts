import {
  problemCodes,
  problems,
  problemSlug,
  type Operation,
  type ProblemCode,
} from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, expectStatus } from './harness/fixtures.ts';
import { answersIn, exchange } from './harness/raw-http.ts';
import {
  allOperations,
  keyOperations,
  callOperation,
  createWorld,
  pathOf,
  type World,
} from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const PUBLIC_URL = 'https://keys.example.com/claviger';
/** One of the server's own: as long as none of those that the tests send. */
const FRESH = /^[A-Za-z0-9_-]{16,40}$/;

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startTestServer({ env: { CLAVIGER_PUBLIC_URL: `${PUBLIC_URL}/` } });
  world = await createWorld(server);
});
afterAll(() => server.stop());

describe('request ids', () => {
  const answers: [string, string, string, object?][] = [
    ['a list', 'GET', '/v1/keys'],
    ['a creation', 'PUT', '/v1/organizations/acme', { body: { name: 'Acme' } }],
    ['a verification', 'POST', '/v1/keys/verify', { body: { token: 'x', apiId: 'interact' } }],
    ['a refused verification', 'POST', '/v1/keys/verify', { body: {} }],
    ['a verification nobody may ask for', 'POST', '/v1/keys/verify', { key: null, body: {} }],
    ['a refusal', 'GET', '/v1/keys?limit=0'],
    ['a missing credential', 'GET', '/v1/keys', { key: null }],
    ['a wrong method', 'PUT', '/v1/keys'],
    ['an unknown address', 'GET', '/nowhere'],
    ['the reference', 'GET', '/docs'],
    ['the OpenAPI document', 'GET', '/openapi.json'],
    ['the start page', 'GET', '/'],
    ['health', 'GET', '/health/live'],
    ['metrics', 'GET', '/metrics'],
    ['a HEAD', 'HEAD', '/v1/keys'],
  ];

  test.each(answers)('%s carries the id of the request', async (_, method, path, options) => {
    const headers = { 'x-request-id': 'trace-7f/3.a~b+c=d@e' };
    const answer = await server.call(method, path, { ...options, headers });
    expect(answer.headers.get('x-request-id')).toBe('trace-7f/3.a~b+c=d@e');
    if (answer.status >= 400) expect(answer.body.requestId).toBe('trace-7f/3.a~b+c=d@e');
  });

  test.each(answers)('%s gets a fresh id without one', async (_, method, path, options) => {
    const [first, second] = await Promise.all([
      server.call(method, path, options),
      server.call(method, path, options),
    ]);
    expect(first.headers.get('x-request-id')).toMatch(FRESH);
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'));
  });

  const insane = ['', ' ', 'a b', 'a,b', '"a"', '<script>', 'é', 'a\tb', '{}', 'x'.repeat(129)];

  test.each(insane)('%j is replaced', async (given) => {
    const headers = { 'x-request-id': given };
    const framed = await server.call('GET', '/v1/keys', { headers });
    const hot = await server.call('POST', '/v1/keys/verify', { headers, body: {} });
    for (const answer of [framed, hot]) expect(answer.headers.get('x-request-id')).toMatch(FRESH);
  });

  test('a key that was put there by mistake is not repeated', async () => {
    const { secret } = await createTestKey(server);
    for (const given of [secret, server.rootKey, `secret-token:${secret}`, `pk_a:${secret}`]) {
      const answer = await server.call('GET', '/v1/keys', { headers: { 'x-request-id': given } });
      expect(answer.headers.get('x-request-id')).toMatch(FRESH);
    }
  });

  test('128 characters are taken over', async () => {
    const headers = { 'x-request-id': 'x'.repeat(128) };
    const answer = await server.call('GET', '/v1/keys', { headers });
    expect(answer.headers.get('x-request-id')).toBe(headers['x-request-id']);
  });
});

describe('problem documents', () => {
  test('hold every member of RFC 9457, the code and the id of the request', async () => {
    const answer = await server.call('GET', '/v1/apis/unheard-of', {
      headers: { 'x-request-id': 'req-1' },
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: `${PUBLIC_URL}/problems/api-not-found`,
      title: 'No such API',
      status: 404,
      detail:
        'There is no API "unheard-of" here. Define it with PUT /v1/apis/unheard-of, or correct "apiId".',
      code: 'API_NOT_FOUND',
      requestId: 'req-1',
    });
  });

  test.each(problemCodes)('the address of %s explains it to programs', async (code) => {
    const path = `/problems/${problemSlug(code)}`;
    for (const accept of ['application/json', '*/*']) {
      const answer = await server.call('GET', path, { key: null, headers: { accept } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(answer.body).toEqual({ code, ...problems[code] });
    }
  });

  test.each(problemCodes)('the address of %s explains it to people', async (code) => {
    const headers = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
    const answer = await server.call('GET', `/problems/${problemSlug(code)}`, {
      key: null,
      headers,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(answer.text).toContain(`<code>${code}</code>`);
    expect(answer.text).toContain('What to do');
  });

  test('an invented problem is not explained', async () => {
    expectProblem(await server.call('GET', '/problems/no-coffee'), 'PROBLEM_NOT_FOUND');
    expectProblem(await server.call('GET', '/problems/NOT_FOUND'), 'PROBLEM_NOT_FOUND');
    expectProblem(await server.call('GET', '/problems/constructor'), 'PROBLEM_NOT_FOUND');
  });
});

describe('addresses and methods', () => {
  const byPath = Map.groupBy(allOperations, ({ path }) => path);
  const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'];
  const wrong = [...byPath].flatMap(([path, offered]) => {
    const methods = offered.map(({ method }) => method);
    return METHODS.filter((method) => !methods.some((known) => known === method)).map(
      (method) => [method, path, methods.join(', '), offered[0] as Operation] as const,
    );
  });

  test.each(wrong)(
    '%s %s is refused, with what is allowed',
    async (method, _, allow, operation) => {
      for (const key of [server.rootKey, null]) {
        const answer = await server.call(method, pathOf(operation, world), { key });
        expectProblem(answer, 'METHOD_NOT_ALLOWED', { detail: `This address takes ${allow}.` });
        expect(answer.headers.get('allow')).toBe(allow);
      }
    },
  );

  const plain = ['/', '/docs', '/openapi.json', '/health/live', '/health/ready', '/metrics'];

  test.each([...plain, '/problems/not-found'])('%s takes GET alone', async (path) => {
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      const answer = await server.call(method, path);
      expectProblem(answer, 'METHOD_NOT_ALLOWED', { detail: 'This address takes GET.' });
      expect(answer.headers.get('allow')).toBe('GET');
    }
  });

  test.each([
    '/v1',
    '/v1/',
    '/v2/keys',
    '/v1/keys/',
    '/v1/Keys',
    '/v1/keys/verify/',
    '/v1/keys/verify/more',
    '/v1/me/rotate',
    '/v1/keys/key_0PxJmZ3kVb7cQm1tYw8sLd/explode',
    '/docs/',
    '/health',
    '/.env',
    '/v1/keys/%2e%2e/%2e%2e/etc/passwd',
    '/constructor',
  ])('there is nothing at %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expectProblem(await server.call(method, path), 'ROUTE_NOT_FOUND');
    }
  });

  test.each(allOperations.filter(({ method }) => method === 'GET'))(
    'HEAD of $path answers what GET would, without a body',
    async (operation) => {
      const path = pathOf(operation, world);
      const [head, get] = await Promise.all([server.call('HEAD', path), server.call('GET', path)]);
      expect(head.status).toBe(get.status);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(head.text).toBe('');
      const stranger = await server.call('HEAD', path, { key: null });
      expect(stranger.status).toBe(operation.permission === 'none' ? get.status : 401);
    },
  );

  test('HEAD of an address without GET is refused without a body', async () => {
    const answer = await server.call('HEAD', '/v1/keys/verify');
    expect([answer.status, answer.headers.get('allow'), answer.text]).toEqual([405, 'POST', '']);
  });

  const notFound: [string, ProblemCode][] = [
    ['/v1/apis/Capital', 'API_NOT_FOUND'],
    ['/v1/apis/%ZZ', 'API_NOT_FOUND'],
    ['/v1/organizations/%00', 'ORGANIZATION_NOT_FOUND'],
    ['/v1/organizations/a%2Fb', 'ORGANIZATION_NOT_FOUND'],
    ['/v1/keys/key_1', 'KEY_NOT_FOUND'],
    ['/v1/keys/evt_0PxJmZ3kVb7cQm1tYw8sLd', 'KEY_NOT_FOUND'],
    ["/v1/keys/'%20OR%201=1", 'KEY_NOT_FOUND'],
  ];

  test.each(notFound)('%s is as unknown as any other', async (path, code) => {
    expectProblem(await server.call('GET', path), code);
  });

  test('a secret whose id cannot be one is unknown', async () => {
    const answer = await server.call('DELETE', `/v1/keys/${world.keyId}/secrets/first`);
    expectProblem(answer, 'SECRET_NOT_FOUND');
  });

  test('what cannot be an id cannot be created', async () => {
    const api = await server.call('PUT', '/v1/apis/Capital', { body: {} });
    expectFaults(api, {
      pointer: '/path/apiId',
      message: 'must match ^[a-z0-9][a-z0-9_-]{0,62}$',
    });
    const organization = await server.call('PUT', '/v1/organizations/a%20b', { body: {} });
    expectFaults(organization, {
      pointer: '/path/organizationId',
      message: 'must be 1–128 characters of [A-Za-z0-9_.:@-]',
    });
  });

  test('verify is served whatever query or spelling of the address a proxy makes of it', async () => {
    const body = { token: 'int_unknown', apiId: 'interact' };
    const withQuery = await server.call('POST', '/v1/keys/verify?trace=1', { body });
    expect(withQuery.body.code).toBe('NOT_FOUND');
    const text = JSON.stringify(body);
    const [absolute] = answersIn(
      await exchange(
        server.url,
        `POST ${server.url}/v1/keys/verify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`,
        `Authorization: Bearer ${server.rootKey}\r\nContent-Type: application/json\r\n`,
        `Content-Length: ${text.length}\r\n\r\n${text}`,
      ),
    );
    expect(absolute?.status).toBe(200);
    expect(JSON.parse(absolute?.body ?? '').code).toBe('NOT_FOUND');
  });

  test.each([
    ['a Host that is none', 'GET /v1/keys HTTP/1.1\r\nHost: a b\r\n'],
    ['a Host with a user', 'GET /v1/keys HTTP/1.1\r\nHost: a@b\r\n'],
    ['no Host at all', 'GET /v1/keys HTTP/1.0\r\n'],
    ['a backslash', 'GET /v1\\keys HTTP/1.1\r\nHost: localhost\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n'],
  ])('%s is refused as a problem too', async (_, head) => {
    const text = await exchange(server.url, `${head}Connection: close\r\n\r\n`);
    const [answer] = answersIn(text);
    expect(answer?.status).toBe(400);
    expect(answer?.head).toContain('application/problem+json');
    const problem = JSON.parse(answer?.body ?? '');
    expect(problem).toMatchObject({
      code: 'INVALID_REQUEST',
      detail: 'The request target or the Host header is not valid.',
    });
    expect(answer?.head).toContain(`x-request-id: ${problem.requestId}`);
  });
});

describe('query parameters', () => {
  test('one that a list does not know is a fault, wherever it stands', async () => {
    expectFaults(
      await server.call('GET', '/v1/apis?limit=5&colour=red&size=2'),
      { pointer: '/query/colour', message: 'is not a field of this request' },
      { pointer: '/query/size', message: 'is not a field of this request' },
    );
    expectFaults(
      await server.call('GET', '/v1/keys?colour=red&a/b~c=1'),
      {
        pointer: '/query/colour',
        message: 'is not a parameter of this list',
      },
      { pointer: '/query/a~1b~0c', message: 'is not a parameter of this list' },
    );
  });

  test('one given twice is a fault, even with the same value', async () => {
    expectFaults(
      await server.call('GET', '/v1/keys?limit=5&limit=5&q=a&q=b&sort=name'),
      { pointer: '/query/limit', message: 'is given more than once' },
      { pointer: '/query/q', message: 'is given more than once' },
    );
    expectFaults(await server.call('GET', '/v1/organizations?cursor=a&cursor=b'), {
      pointer: '/query/cursor',
      message: 'is given more than once',
    });
  });

  test.each([
    ['0', 'must be at least 1'],
    ['-1', 'must be at least 1'],
    ['201', 'must be at most 200'],
    ['1.5', 'must be a whole number'],
    ['many', 'must be a number'],
    ['', 'must be at least 1'],
  ])('limit=%s is out of range', async (limit, message) => {
    for (const path of ['/v1/apis', '/v1/organizations', '/v1/keys']) {
      const answer = await server.call('GET', `${path}?limit=${limit}`);
      expectFaults(answer, { pointer: '/query/limit', message });
    }
  });

  test('several faults are listed at once', async () => {
    const query = 'limit=0&status=sleeping&order=up&createdBefore=yesterday&resource=customer';
    expectFaults(
      await server.call('GET', `/v1/keys?${query}`),
      { pointer: '/query/limit', message: 'must be at least 1' },
      {
        pointer: '/query/status',
        message: 'must be one of "active", "inactive", "expired", "revoked"',
      },
      { pointer: '/query/resource', message: 'must be <type>:<id>' },
      {
        pointer: '/query/createdBefore',
        message: 'must be a date and time such as 2026-11-21T09:30:00.000Z',
      },
      { pointer: '/query/order', message: 'must be one of "asc", "desc"' },
    );
  });

  test('a parameter of an operation that has none is not looked at', async () => {
    await expectStatus(200, server.call('GET', '/v1/me?verbose=1'));
  });
});

describe('cursors', () => {
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const message =
    'is not a cursor of this list in this order; take nextCursor of the page before, unchanged';

  beforeAll(async () => {
    for (const name of ['Finance export', 'Night job']) await createTestKey(server, { name });
  });

  test.each([
    ['no base64', '!!!'],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['no list', forged({ name: 'keys createdAt desc' })],
    ['null', forged(null)],
    ['of another list', forged(['apis', 1, 'a'])],
    ['of another order', forged(['keys createdAt asc', 1, 'a'])],
    ['text for a time', forged(['keys createdAt desc', "1' OR 1=1", 'a'])],
    ['a time beyond all', forged(['keys createdAt desc', 1e300, 'a'])],
    ['a fraction', forged(['keys createdAt desc', 1.5, 'a'])],
    ['no id', forged(['keys createdAt desc', 1])],
    ['an id that cannot be stored', forged(['keys createdAt desc', 1, 'a\u0000'])],
    ['half a surrogate pair', forged(['keys createdAt desc', 1, '\ud800'])],
  ])('%s is refused', async (_, cursor) => {
    const answer = await server.call('GET', `/v1/keys?cursor=${encodeURIComponent(cursor)}`);
    expectFaults(answer, { pointer: '/query/cursor', message });
  });

  test('one list’s cursor is refused by every other list and order', async () => {
    const { body } = await server.call('GET', '/v1/keys?limit=1');
    const { nextCursor } = body;
    expect(nextCursor).toEqual(expect.any(String));
    await expectStatus(200, server.call('GET', `/v1/keys?limit=1&cursor=${nextCursor}`));
    const others = [
      '/v1/apis?',
      '/v1/organizations?',
      '/v1/keys?order=asc&',
      '/v1/keys?sort=name&',
    ];
    for (const path of others) {
      const answer = await server.call('GET', `${path}cursor=${nextCursor}`);
      expectFaults(answer, { pointer: '/query/cursor', message });
    }
  });

  test('one that was cut or changed is refused, or at worst names a place in the same list', async () => {
    const { nextCursor } = (await server.call('GET', '/v1/keys?limit=1')).body;
    for (let at = 1; at < nextCursor.length; at++) {
      const flipped = nextCursor[at] === 'A' ? 'B' : 'A';
      const changed = nextCursor.slice(0, at) + flipped + nextCursor.slice(at + 1);
      const answer = await server.call('GET', `/v1/keys?cursor=${changed}`);
      if (answer.status !== 200) expectFaults(answer, { pointer: '/query/cursor', message });
    }
    const long = await server.call('GET', `/v1/keys?cursor=${'A'.repeat(1_001)}`);
    expectFaults(long, { pointer: '/query/cursor', message: 'must have at most 1000 characters' });
  });
});

test('every answer to a sound request may be neither kept nor guessed at', async () => {
  for (const operation of keyOperations.filter(({ method }) => method === 'GET')) {
    const { status, headers } = await callOperation(server, operation, world);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});
