import { ClavigerClient, type ClavigerError, type LogEntry } from '@claviger/sdk';
import { expect, test } from 'vitest';

/** A client whose server gives these answers in turn, and the requests it sent. */
function scripted(answers: readonly Response[]) {
  const requests: Request[] = [];
  const client = new ClavigerClient({
    baseUrl: 'http://keys.test',
    key: 'clv_key',
    fetch: async (input, init) => {
      requests.push(new Request(input, init));
      return answers[requests.length - 1] ?? Response.error();
    },
  });
  return { client, requests };
}

const entry = (id: string) => ({ id }) as LogEntry;
const page = (ids: readonly string[], nextCursor: string | null) =>
  Response.json({ data: ids.map(entry), nextCursor });

async function idsOf(entries: AsyncIterable<LogEntry>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of entries) ids.push(id);
  return ids;
}

test('a list goes on over pages with nothing on them', async () => {
  const answers = [page([], 'a'), page(['log_1'], 'b'), page([], 'c'), page(['log_2'], null)];
  const { client, requests } = scripted(answers);
  const list = client.logs.list({ code: ['VALID', 'EXPIRED'], valid: true, limit: 2 });
  expect(await idsOf(list)).toEqual(['log_1', 'log_2']);
  const query = 'valid=true&limit=2&code=VALID%2CEXPIRED';
  expect(requests.map(({ url }) => url)).toEqual([
    `http://keys.test/v1/logs?${query}`,
    ...['a', 'b', 'c'].map((cursor) => `http://keys.test/v1/logs?${query}&cursor=${cursor}`),
  ]);
});

test('completions are sent as they are', async () => {
  const { client, requests } = scripted([Response.json({ completed: 1, unknown: [] })]);
  const entries = [{ logId: 'log_1', responseStatus: 201, responseDurationMs: 4.5 }];
  expect(await client.logs.complete(entries)).toEqual({ completed: 1, unknown: [] });
  expect(await requests[0]?.json()).toEqual({ entries });
});

/** Broken off after these texts when `isCut`. */
function body(texts: readonly string[], isCut = false): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const rest = [...texts];
  return new ReadableStream({
    pull(controller) {
      const text = rest.shift();
      if (text !== undefined) controller.enqueue(encoder.encode(text));
      else if (isCut) controller.error(new TypeError('terminated'));
      else controller.close();
    },
  });
}

test('an export yields entries as their lines come', async () => {
  const { client, requests } = scripted([
    new Response(body(['{"id":"log', '_1"}\n{"id":"log_2"}\n'])),
  ]);
  expect(await idsOf(client.logs.export({ keyId: 'key_1' }))).toEqual(['log_1', 'log_2']);
  expect(requests[0]?.url).toBe('http://keys.test/v1/logs/export?keyId=key_1&format=ndjson');
});

test('an export that breaks off says so, after what had come', async () => {
  const { client } = scripted([new Response(body(['{"id":"log_1"}\n{"id"'], true))]);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { id } of client.logs.export()) seen.push(id);
  })();
  await expect(reading).rejects.toMatchObject({
    name: 'ClavigerError',
    code: 'NETWORK_ERROR',
    message: expect.stringContaining('broke off'),
  } satisfies Partial<Record<keyof ClavigerError, unknown>>);
  expect(seen).toEqual(['log_1']);
});

test('an export that is refused throws the problem', async () => {
  const problem = { code: 'INVALID_REQUEST', detail: 'It says no.', status: 400 };
  const { client } = scripted([Response.json(problem, { status: 400 })]);
  await expect(idsOf(client.logs.export())).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('an export waits for its beginning no longer than any call, and for its end as long as it takes', async () => {
  const client = new ClavigerClient({
    baseUrl: 'http://keys.test',
    key: 'clv_key',
    timeoutMs: 1,
    fetch: (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      }),
  });
  await expect(idsOf(client.logs.export())).rejects.toMatchObject({ code: 'TIMEOUT' });
});
