import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answersIn } from './harness/raw-http.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

let server: TestServer;
let secret: string;

beforeAll(async () => {
  server = await startTestServer();
  await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  await server.call('PUT', '/v1/apis/jobs', {
    body: {
      name: 'Jobs',
      formats: { secret: { prefix: 'jobs', length: 48 } },
      permissions: [{ id: 'jobs_read', name: 'Read jobs' }],
    },
  });
  secret = await newSecret('Production scheduler');
});
afterAll(() => server.stop());

async function newSecret(name: string): Promise<string> {
  const key = { apiId: 'jobs', organizationId: 'acme', name, permissions: ['jobs_read'] };
  const created = await server.call('POST', '/v1/keys', { body: key });
  return created.body.secret;
}

/** Each part in a write of its own; answers all that comes back until the server closes. */
function exchangeParts(parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => {
      socket.end();
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    const send = ([part, ...rest]: readonly string[]) => {
      if (part !== undefined) socket.write(part, 'latin1', () => setImmediate(send, rest));
    };
    send(parts);
  });
}

/** Each request when the one before it was answered, on one connection. */
async function converse(requests: readonly string[]): Promise<string[]> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const answers: string[] = [];
  for (const request of requests) {
    const answered = once(socket, 'data');
    socket.write(request, 'latin1');
    answers.push((await answered)[0].toString('latin1'));
  }
  socket.destroy();
  return answers;
}

const PATH = '/v1/keys/verify';
const last = 'GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';

interface Parts {
  readonly line?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
  readonly length?: string;
}

const plainFields = () => ['Host: h', `Authorization: Bearer ${server.rootKey}`, JSON_TYPE];
const JSON_TYPE = 'Content-Type: application/json';
const ask = () => JSON.stringify({ token: secret, apiId: 'jobs' });

function requestOf({ line, fields, body, length }: Parts): string {
  const sent = body ?? ask();
  const lines = [line ?? `POST ${PATH} HTTP/1.1`, ...(fields ?? plainFields())];
  return `${lines.join('\r\n')}\r\nContent-Length: ${length ?? sent.length}\r\n\r\n${sent}`;
}

/** What may differ between two answers to the same request. */
function comparable(text: string) {
  return answersIn(text).map(({ status, head, body }) => ({
    status,
    names: head
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
      .toSorted(),
    body: body
      .replaceAll(/req_[\w-]+/g, 'req')
      .replaceAll(/log_\w+/g, 'log')
      .replaceAll(/[\da-f]+\r\n/g, ''),
  }));
}

/** `node:http` answers on a connection that did not begin with a whole request. */
async function expectSameAnswers(requests: readonly string[], splitAt: readonly number[]) {
  const bytes = requests.join('');
  const cuts = [...new Set(splitAt.map((at) => at % bytes.length))].toSorted((a, b) => a - b);
  const parts = [...cuts, bytes.length].map((end, n) => bytes.slice(n && cuts[n - 1], end));
  const lane = comparable(await exchangeParts([...parts, last]));
  const node = comparable(await exchangeParts([bytes.slice(0, 1), bytes.slice(1), last]));
  expect(lane).toEqual(node);
  return lane;
}

/** The lane writes names in lower case, `node:http` writes `Date`. */
const isFromLane = (answer: string | undefined) => answer?.includes('\r\ndate: ') ?? false;

describe('the fast lane', () => {
  test('answers plain verifications one after the other, and hands over what is not one', async () => {
    const [one, two, live] = await converse([requestOf({}), requestOf({}), last]);
    for (const answer of [one, two]) expect(answer).toContain('"valid":true');
    expect([one, two, live].map(isFromLane)).toEqual([true, true, false]);
    expect(live).toContain('HTTP/1.1 200');
  });

  test('says what every other answer says', async () => {
    const request = requestOf({ fields: [...plainFields(), 'X-Request-Id: mine'] });
    const [answer] = (await converse([request])).flatMap(answersIn);
    expect(answer?.head.split('\r\n').toSorted()).toEqual([
      'HTTP/1.1 200 OK',
      'cache-control: no-store',
      'connection: keep-alive',
      expect.stringMatching(/^content-length: \d+$/),
      'content-type: application/json',
      expect.stringMatching(/^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
      'keep-alive: timeout=5',
      'x-content-type-options: nosniff',
      'x-request-id: mine',
    ]);
  });

  test('counts bytes, not characters', async () => {
    const token = await newSecret('Zürich ☂');
    const body = JSON.stringify({ token, apiId: 'jobs' });
    const [answer] = (await converse([requestOf({ body })])).flatMap(answersIn);
    const bytes = Buffer.from(answer?.body ?? '', 'latin1');
    expect(answer?.head).toContain(`content-length: ${bytes.length}`);
    expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ valid: true, name: 'Zürich ☂' });
  });

  const odd: Record<string, (() => Parts) | undefined> = {
    'no credential': () => ({ fields: ['Host: h', JSON_TYPE] }),
    'a wrong root key': () => ({ fields: ['Host: h', 'X-API-Key: clv_nonsense', JSON_TYPE] }),
    'two credentials that differ': () => ({ fields: [...plainFields(), 'X-API-Key: other'] }),
    'a header twice': () => ({ fields: [...plainFields(), 'Authorization: Bearer other'] }),
    'an empty header': () => ({ fields: [...plainFields(), 'X-Request-Id:'] }),
    'spaces around a value': () => ({ fields: [...plainFields(), 'X-Request-Id: \t mine \t '] }),
    'a no-break space around a value': () => ({ fields: [...plainFields(), 'X-API-Key: \xa0'] }),
    'names in capitals': () => ({ fields: plainFields().map((line) => line.toUpperCase()) }),
    'another media type': () => ({
      fields: [...plainFields().slice(0, 2), 'Content-Type: text/plain'],
    }),
    'no media type': () => ({ fields: plainFields().slice(0, 2) }),
    'a body that is not JSON': () => ({ body: '{"token"' }),
    'a body that is not UTF-8': () => ({ body: '{"token":"\xff"}' }),
    'no body': () => ({ body: '' }),
    'an unknown field': () => ({ body: '{"token":"x","apiId":"jobs","colour":"red"}' }),
    'an unknown API': () => ({ body: '{"token":"x","apiId":"nowhere"}' }),
    'an unknown token': () => ({ body: '{"token":"x","apiId":"jobs"}' }),
    'a query': () => ({ line: `POST ${PATH}?a=b HTTP/1.1` }),
    'the whole address': () => ({ line: `POST http://h${PATH} HTTP/1.1` }),
    'another method': () => ({ line: `PUT ${PATH} HTTP/1.1` }),
    'another operation': () => ({ line: 'POST /v1/keys/verify-batch HTTP/1.1' }),
    'a protocol to change to': () => ({ fields: [...plainFields(), 'Upgrade: h2c'] }),
  };

  /** After some of these the server closes the connection. */
  const broken: typeof odd = {
    'HTTP/1.0': () => ({ line: `POST ${PATH} HTTP/1.0` }),
    'no host': () => ({ fields: plainFields().slice(1) }),
    'a body over the limit': () => ({ body: `{"token":"${'x'.repeat(70_000)}"}` }),
    'a folded header': () => ({ fields: [...plainFields(), 'X-Folded: a\r\n b'] }),
    'a space before the colon': () => ({ fields: [...plainFields(), 'X-Odd : a'] }),
    'a header without a name': () => ({ fields: [...plainFields(), ': a'] }),
    'a control character in a value': () => ({ fields: [...plainFields(), 'X-Odd: a\x01b'] }),
    'a bare line feed': () => ({ fields: [`${plainFields().join('\n')}`] }),
    'a length with a sign': () => ({ length: '+7' }),
    'a length with leading zeros': () => ({ length: '0007', body: '{"a":1}' }),
    'two lengths': () => ({ fields: [...plainFields(), 'Content-Length: 3'] }),
    'a length and chunks': () => ({ fields: [...plainFields(), 'Transfer-Encoding: chunked'] }),
    'a head of 20 KiB': () => ({ fields: [...plainFields(), `X-Long: ${'a'.repeat(20_480)}`] }),
  };

  test.each(Object.entries(broken))('leaves to node:http: %s', async (_, parts) => {
    const bytes = requestOf(parts?.() ?? {});
    const [whole = ''] = await converse([bytes]);
    expect(whole).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(isFromLane(whole)).toBe(false);
  });

  test.each(Object.entries(odd))('gives way or answers alike: %s', async (_, parts) => {
    const answers = await expectSameAnswers([requestOf(parts?.() ?? {})], []);
    expect(answers.length).toBeGreaterThan(0);
  });

  test('answers as node:http does, however the bytes of however many requests arrive', async () => {
    const names = ['plain', ...Object.keys(odd)];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(100_000), { maxLength: 6 }),
        async (chosen, splitAt) => {
          await expectSameAnswers(
            chosen.map((name) => requestOf(odd[name]?.() ?? {})),
            splitAt,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('forgets a root key that is revoked while its connection lives', async () => {
    const made = await server.call('POST', '/v1/keys', {
      body: {
        apiId: 'claviger',
        organizationId: 'claviger',
        name: 'Backend of the shop',
        permissions: ['keys:verify'],
      },
    });
    const fields = ['Host: h', `Authorization: Bearer ${made.body.secret}`, JSON_TYPE];
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const statusOf = async () => {
      const answered = once(socket, 'data');
      socket.write(requestOf({ fields }));
      return Number((await answered)[0].toString('latin1').slice(9, 12));
    };
    expect(await statusOf()).toBe(200);
    await server.call('POST', `/v1/keys/${made.body.key.id}/revoke`, { body: {} });
    expect(await statusOf()).toBe(401);
    socket.destroy();
  });
});
