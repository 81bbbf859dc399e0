import { BODY_LIMIT_BYTES, BULK_BODY_LIMIT_BYTES, type Operation } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi } from './harness/fixtures.ts';
import { oneConnection, type OneConnection } from './harness/one-connection.ts';
import { answersIn, exchange } from './harness/raw-http.ts';
import {
  allOperations,
  callOperation,
  createWorld,
  pathOf,
  soundBody,
  type World,
} from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

/** Of one that is signed by somebody else, the signature is looked at first, and of people, whether they are signed in. */
const withBody = allOperations.filter(
  ({ id, body, permission }) =>
    body !== undefined && id !== 'reportGithubLeaks' && permission !== 'session',
);
const JSON_TYPE = { 'content-type': 'application/json' };

let server: TestServer;
let world: World;

beforeAll(async () => {
  server = await startTestServer();
  world = await createWorld(server);
});
afterAll(() => server.stop());

/** The key that describes and revokes itself is one of Interact; everything else is for the root key. */
async function keyFor({ permission }: Operation): Promise<string> {
  return permission === 'any' ? (await createTestKey(server)).secret : server.rootKey;
}

describe.each(withBody)('the body of $id', (operation) => {
  const send = async (rawBody: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
    callOperation(server, operation, world, { key: await keyFor(operation), headers, rawBody });

  test.each([
    ['{', 'not one JSON document'],
    ['{"a":1}{', 'not one JSON document'],
    ["{'a':1}", 'not one JSON document'],
    ['undefined', 'not one JSON document'],
    [' ', 'not one JSON document'],
    ['\ufeff{}', 'not one JSON document'],
    ['a=1&b=2', 'not one JSON document'],
    ['{"name":"a\u0000"}', 'not one JSON document'],
    [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not UTF-8'],
    [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not UTF-8'],
  ])('%j is no JSON', async (body, what) => {
    const detail = `The body is ${what}. Send a JSON object.`;
    expectProblem(await send(body), 'MALFORMED_JSON', { detail });
  });

  test.each(['null', '[]', '[{}]', '1', '"text"', 'true'])('%s is no object', async (body) => {
    const answer = await send(body);
    expectFaults(answer, { pointer: '', message: 'must be an object' });
    expect(answer.body.detail).toBe('The body must be an object');
  });

  test('every field it does not know is listed', async () => {
    const unknown = { 'a/b~c': 1, constructor: null, zebra: { deep: [] } };
    const body = JSON.stringify({ ...(soundBody(operation) as object), ...unknown });
    expectFaults(
      await send(body),
      { pointer: '/a~1b~0c', message: 'is not a field of this request' },
      { pointer: '/constructor', message: 'is not a field of this request' },
      { pointer: '/zebra', message: 'is not a field of this request' },
    );
  });

  test('"__proto__" is refused like any other unknown field', async () => {
    expectProblem(await send('{"__proto__":{"admin":true}}'), 'INVALID_REQUEST', {
      detail: /__proto__/,
    });
  });

  const alternative = operation.lines ? ', or application/x-ndjson for one entry a line' : '';
  const whatToSend = `Send Content-Type: application/json${alternative}.`;

  test.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-seq',
  ])('%s is the wrong type', async (type) => {
    const answer = await send(JSON.stringify(soundBody(operation)), { 'content-type': type });
    expectProblem(answer, 'UNSUPPORTED_MEDIA_TYPE', {
      detail: `The body has a content type that is not JSON. ${whatToSend}`,
    });
  });

  test('a body without a type is refused', async () => {
    const answer = await send(new TextEncoder().encode('{}'), {});
    expectProblem(answer, 'UNSUPPORTED_MEDIA_TYPE', {
      detail: `The body has no content type. ${whatToSend}`,
    });
  });

  test.each([
    'application/json;charset=utf-8',
    'Application/JSON ; charset="UTF-8"',
    'application/merge-patch+json',
  ])('%s is JSON', async (type) => {
    const answer = await send('{"zebra":1}', { 'content-type': type });
    expectProblem(answer, 'INVALID_REQUEST', { detail: /zebra/ });
  });

  test('no body at all is the empty object', async () => {
    const options = { key: await keyFor(operation), body: undefined };
    const nothing = await server.call(operation.method, pathOf(operation, world), options);
    const empty = await send('{}');
    expect(nothing.status).toBe(empty.status);
    expect(nothing.body.errors).toEqual(empty.body.errors);
  });

  test('one level too deep is refused before anything is done with it', async () => {
    const depth = 30_000;
    const deep = `{"metadata":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const answer = await send(deep);
    expectProblem(answer, 'INVALID_REQUEST');
  });
});

describe('size', () => {
  let connection: OneConnection;

  beforeAll(() => {
    connection = oneConnection(server.url);
  });
  afterAll(() => connection.close());

  const send = (path: string, body: string, chunked: boolean) => {
    const headers = { authorization: `Bearer ${server.rootKey}` };
    return connection.post(path, { headers, body, chunked });
  };

  const padded = (value: unknown, length: number) => JSON.stringify(value).padEnd(length);

  const limits: [string, string, object, number][] = [
    ['64 KiB', '/v1/keys', { apiId: 'interact' }, BODY_LIMIT_BYTES],
    ['64 KiB', '/v1/keys/verify', { token: 'int_unknown' }, BODY_LIMIT_BYTES],
    ['8 MiB', '/v1/keys/verify-batch', { verifications: [] }, BULK_BODY_LIMIT_BYTES],
  ];

  describe.each(limits)('%s on %s', (_, path, body, limit) => {
    test.each([false, true])(
      'are taken, and one byte more is not (chunked: %s)',
      async (chunked) => {
        const exact = await send(path, padded(body, limit), chunked);
        expect([exact.status, exact.body.code]).toEqual([400, 'INVALID_REQUEST']);
        const over = await send(path, padded(body, limit + 1), chunked);
        expect(over.status).toBe(413);
        expect(over.body).toMatchObject({
          code: 'BODY_TOO_LARGE',
          detail: `The body is larger than ${limit / 1024} KiB, the most this operation takes. Send less in one call.`,
        });
      },
    );

    test('the next request on the connection is understood', async () => {
      const over = await send(path, padded(body, limit + 1), false);
      const next = await send(path, '{"zebra":1}', false);
      expect([over.status, next.status]).toEqual([413, 400]);
      expect(next.port).toBe(over.port);
    });

    test('one that is only announced is refused before it is sent', async () => {
      const text = await exchange(
        server.url,
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`,
        `Authorization: Bearer ${server.rootKey}\r\nContent-Length: ${limit + 1}\r\n\r\n`,
      );
      expect(answersIn(text).map(({ status }) => status)).toEqual([413]);
    });
  });

  test('a client that goes away in the middle leaves the server as it was', async () => {
    const errors = () => server.logLines.filter((line) => line.includes('"level":"error"'));
    const before = errors().length;
    for (const path of ['/v1/keys', '/v1/keys/verify']) {
      const controller = new AbortController();
      const stream = new ReadableStream({
        pull(sink) {
          sink.enqueue(new TextEncoder().encode('{"name":'));
          setImmediate(() => controller.abort());
        },
      });
      const call = fetch(server.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.rootKey}`, ...JSON_TYPE },
        body: stream,
        duplex: 'half',
        signal: controller.signal,
      });
      await expect(call).rejects.toThrow('abort');
    }
    const answer = await server.call('POST', '/v1/keys/verify', { body: { token: 'x' } });
    expect(answer.status).toBe(400);
    expect(errors().length).toBe(before);
  });
});

describe('faults', () => {
  const create = (fields: object) =>
    server.call('POST', '/v1/keys', {
      body: { apiId: 'interact', organizationId: 'acme', name: 'Night job', ...fields },
    });

  test('all are listed at once, each with a JSON pointer', async () => {
    expectFaults(
      await create({
        name: ' ',
        kind: 'certificate',
        permissions: ['agent_jobs_read', 'not ok', 5],
        preset: 'Read Only',
        description: 'x'.repeat(501),
        resources: { 'Bad/Type': ['a'], customer: ['cus_1', 'no good', 'cus_1'] },
        expiresAt: 'tomorrow',
        notBefore: '2026-02-30T00:00:00.000Z',
        metadata: [],
        scopes: ['*'],
      }),
      { pointer: '/name', message: 'must not be empty' },
      { pointer: '/kind', message: 'must be one of "secret", "publishable", "pair"' },
      {
        pointer: '/permissions/1',
        message: 'must match ^[A-Za-z0-9][A-Za-z0-9_:./-]{0,63}$',
      },
      { pointer: '/permissions/2', message: 'must be a string' },
      { pointer: '/preset', message: 'must match ^[a-z0-9][a-z0-9_-]{0,62}$' },
      { pointer: '/description', message: 'must have at most 500 characters' },
      {
        pointer: '/resources/Bad~1Type',
        message: 'is not a name that can be used here: must match ^[a-z][a-z0-9_]{0,31}$',
      },
      {
        pointer: '/resources/customer/1',
        message: 'must be 1–128 characters of [A-Za-z0-9_.:@-]',
      },
      { pointer: '/resources/customer', message: 'must not name the same entry twice' },
      {
        pointer: '/expiresAt',
        message: 'must be a date and time such as 2026-11-21T09:30:00.000Z',
      },
      {
        pointer: '/notBefore',
        message: 'must be a date and time such as 2026-11-21T09:30:00.000Z',
      },
      { pointer: '/metadata', message: 'must be an object' },
      { pointer: '/scopes', message: 'is not a field of this request' },
    );
  });

  test('those that only the API’s definition shows are listed at once too', async () => {
    expectFaults(
      await create({
        kind: 'pair',
        environment: 'staging',
        permissions: ['agent_jobs_read', 'everything'],
        preset: 'full-access',
        resources: { customer: ['cus_1'] },
        notBefore: '2027-01-02T00:00:00.000Z',
        expiresAt: '2027-01-01T00:00:00.000Z',
      }),
      { pointer: '/kind', message: 'the API issues no keys of kind "pair", only secret' },
      {
        pointer: '/environment',
        message: '"staging" cannot be used here; the API has production',
      },
      {
        pointer: '/permissions/1',
        message:
          '"everything" is not in the catalog, which has agent_jobs_read, agent_jobs_trigger',
      },
      {
        pointer: '/preset',
        message: '"full-access" is not a preset: the API defines no presets; use "permissions"',
      },
      {
        pointer: '/resources/customer',
        message: 'the API declares no resource types to restrict keys to',
      },
      { pointer: '/notBefore', message: 'must lie before expiresAt' },
    );
  });

  test('what is required and missing is named', async () => {
    expectFaults(
      await server.call('POST', '/v1/keys', { body: {} }),
      { pointer: '/apiId', message: 'is required' },
      { pointer: '/organizationId', message: 'is required' },
      { pointer: '/name', message: 'is required' },
    );
    const verify = await server.call('POST', '/v1/keys/verify', { body: {} });
    expectFaults(verify, { pointer: '/token', message: 'is required' });
  });

  test('a value that could have several forms is told each of them', async () => {
    const definition = exampleApi('interact');
    const preset = { id: 'reader', name: 'Reader', grants: 'some' };
    expectFaults(
      await server.call('PUT', '/v1/apis/interact', { body: { ...definition, presets: [preset] } }),
      {
        pointer: '/presets/0/grants',
        message: 'fits none of its forms: must be one of "all", "read"; or must be an object',
      },
    );
    const ask = { token: 'x', permissions: 'agent_jobs_read', ip: '999.1.1.1' };
    expectFaults(
      await server.call('POST', '/v1/keys/verify', { body: ask }),
      {
        pointer: '/permissions',
        message: 'fits none of its forms: must be an array; or must be an object',
      },
      {
        pointer: '/ip',
        message: 'fits none of its forms: invalid IPv4 address; or invalid IPv6 address',
      },
    );
  });

  test('a hundred are listed, and no more', async () => {
    const body = { verifications: Array.from({ length: 1_000 }, () => ({})) };
    const answer = await server.call('POST', '/v1/keys/verify-batch', { body });
    expectProblem(answer, 'INVALID_REQUEST');
    expect(answer.body.errors.length).toBe(100);
    expect(answer.body.errors[99]).toEqual({
      pointer: '/verifications/99/token',
      message: 'is required',
    });
  });

  test('none repeats what was sent as a value', async () => {
    const { secret } = await createTestKey(server);
    const answer = await create({
      kind: secret,
      expiresAt: secret,
      ownerId: `${secret} `,
      zebra: secret,
    });
    expectProblem(answer, 'INVALID_REQUEST');
    expect(answer.text).not.toContain(secret);
    const malformed = await server.call('POST', '/v1/keys', {
      headers: JSON_TYPE,
      rawBody: `{"a":${secret}}`,
    });
    expectProblem(malformed, 'MALFORMED_JSON');
    expect(malformed.text).not.toContain(secret);
  });
});
