import { ClavigerClient, type ClavigerError, type ClientOptions } from '@claviger/sdk';
import { describe, expect, test } from 'vitest';

interface Script {
  readonly client: ClavigerClient;
  readonly requests: Request[];
  readonly waits: number[];
}

/** A client whose server gives these answers in turn. */
function scripted(answers: (Response | Error)[], options: Partial<ClientOptions> = {}): Script {
  const requests: Request[] = [];
  const waits: number[] = [];
  const client = new ClavigerClient({
    baseUrl: 'http://keys.test/',
    key: 'clv_key',
    ...options,
    fetch: async (input, init) => {
      requests.push(new Request(input, init));
      const answer = answers[requests.length - 1];
      if (answer === undefined) throw new Error('the script has no more answers');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    wait: async (ms) => void waits.push(ms),
  });
  return { client, requests, waits };
}

const done = () => Response.json({ data: [], nextCursor: null });

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = {
    type: 'http://x',
    title: 'No',
    status,
    detail: `It says ${code}.`,
    code,
    requestId: 'r1',
  };
  return Response.json(body, { status, headers });
}

const reset = () =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }),
  });
const timeout = () => new DOMException('The operation timed out.', 'TimeoutError');

const newKey = { apiId: 'a', organizationId: 'o', name: 'Nightly export', permissions: ['p'] };

describe('retrying', () => {
  test('waits as long as the server asks', async () => {
    const { client, waits } = scripted([
      problem(503, 'STORAGE_UNAVAILABLE', { 'retry-after': '4' }),
      done(),
    ]);
    await client.apis.list();
    expect(waits).toEqual([4_000]);
  });

  test('else backs off, twice as long each time, never twice the same', async () => {
    const { client, waits } = scripted([
      reset(),
      timeout(),
      new Response('', { status: 502 }),
      done(),
    ]);
    await client.apis.list();
    expect(waits).toHaveLength(3);
    for (const [attempt, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(100 * 2 ** attempt);
      expect(ms).toBeLessThanOrEqual(200 * 2 ** attempt);
    }
  });

  test('ends after maxRetries with the last error', async () => {
    const { client, requests } = scripted([reset(), reset(), timeout()], { maxRetries: 2 });
    await expect(client.apis.list()).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(requests).toHaveLength(3);
  });

  test('does not wait for minutes', async () => {
    const { client, waits } = scripted([problem(429, 'RATE_LIMITED', { 'retry-after': '120' })]);
    await expect(client.apis.list()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 120,
    });
    expect(waits).toEqual([]);
  });

  test('is not done for a refusal', async () => {
    for (const [status, code] of [
      [400, 'INVALID_REQUEST'],
      [401, 'NOT_FOUND'],
      [404, 'KEY_NOT_FOUND'],
      [409, 'STILL_IN_USE'],
      [500, 'INTERNAL_ERROR'],
    ] as const) {
      const { client, requests } = scripted([problem(status, code)]);
      await expect(client.apis.list()).rejects.toMatchObject({ code, status });
      expect(requests).toHaveLength(1);
    }
  });

  test('repeats a create like everything else, under one idempotency key', async () => {
    const lost = [
      reset(),
      timeout(),
      problem(503, 'STORAGE_UNAVAILABLE'),
      problem(409, 'IDEMPOTENCY_IN_PROGRESS', { 'retry-after': '2' }),
    ];
    const { client, requests, waits } = scripted(
      [...lost, Response.json({ key: {} }, { status: 201 })],
      { maxRetries: lost.length },
    );
    await client.keys.create(newKey);
    expect(waits.at(-1)).toBe(2_000);
    const keys = requests.map((request) => request.headers.get('idempotency-key'));
    expect(keys).toHaveLength(lost.length + 1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
  });

  test('gives up on a create after maxRetries, and when the server says how it ended', async () => {
    const { client, requests } = scripted([reset(), reset(), timeout()], { maxRetries: 2 });
    await expect(client.keys.create(newKey)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(requests).toHaveLength(3);
    for (const [status, code] of [
      [409, 'SECRET_NO_LONGER_AVAILABLE'],
      [422, 'IDEMPOTENCY_KEY_REUSED'],
    ] as const) {
      const refusal = scripted([problem(status, code)]);
      await expect(refusal.client.keys.create(newKey)).rejects.toMatchObject({ code, status });
      expect(refusal.requests).toHaveLength(1);
    }
  });

  test('gives every call an idempotency key of its own', async () => {
    const created = () => Response.json({}, { status: 201 });
    const { client, requests } = scripted([created(), created()]);
    await client.keys.create(newKey);
    await client.keys.create(newKey);
    expect(new Set(requests.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(2);
  });

  test('takes the idempotency key of a caller who repeats a call', async () => {
    const answers = Array.from({ length: 4 }, () => Response.json({}, { status: 201 }));
    const { client, requests } = scripted(answers);
    const own = { idempotencyKey: 'mine' };
    await client.keys.create(newKey, own);
    await client.keys.replace('key_1', {}, own);
    await client.keys.rotate('key_1', {}, own);
    await client.keys.regenerate('key_1', own);
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual(
      answers.map(() => 'mine'),
    );
  });
});

describe('a request', () => {
  test('carries the key in its header and never in its address', async () => {
    const { client, requests } = scripted([done()]);
    await client.keys.list({ q: 'a b&c', 'metadata.plan': 'pro' });
    const [request] = requests;
    expect(request?.headers.get('authorization')).toBe('Bearer clv_key');
    expect(request?.url).toBe('http://keys.test/v1/keys?q=a+b%26c&metadata.plan=pro');
  });

  test('keeps an id within its segment of the path', async () => {
    const { client, requests } = scripted([Response.json({})]);
    await client.keys.get('../apis/x?y#z');
    expect(requests[0]?.url).toBe('http://keys.test/v1/keys/..%2Fapis%2Fx%3Fy%23z');
  });
});

test('an answer that is not of this API says where to look', async () => {
  const page = new Response('<h1>Bad gateway</h1>', {
    status: 404,
    headers: { 'x-request-id': 'p7' },
  });
  const { client } = scripted([page]);
  await expect(client.apis.list()).rejects.toMatchObject({
    code: 'UNEXPECTED_ANSWER',
    status: 404,
    requestId: 'p7',
    message: expect.stringContaining('Check baseUrl'),
  });
});

test('the wait of a Retry-After date is counted from now', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const { client } = scripted([problem(503, 'STORAGE_UNAVAILABLE', { 'retry-after': date })]);
  const error = await client.me().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect((error as ClavigerError).retryAfterSeconds).toBeGreaterThan(3_500);
});
