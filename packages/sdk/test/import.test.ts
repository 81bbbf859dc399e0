import { createHash } from 'node:crypto';
import { ClavigerClient, type ImportKeyInput, type ImportLine } from '@claviger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWithLegacy } from '../../server/test/harness/imports.ts';
import type { TestServer } from '../../server/test/harness/test-server.ts';

let server: TestServer;
let client: ClavigerClient;

beforeAll(async () => {
  server = await startWithLegacy('sqlite');
  client = new ClavigerClient({ baseUrl: server.url, key: server.rootKey });
});
afterAll(() => server.stop());

let made = 0;
const newEntry = (): ImportKeyInput => {
  const value = createHash('sha256').update(`number ${++made}`).digest('base64url');
  return {
    apiId: 'interact',
    organizationId: 'acme',
    name: 'Moved scheduler',
    permissions: ['agent_jobs_read'],
    hash: { algorithm: 'sha256', encoding: 'base64url', value },
  };
};

async function gathered(lines: AsyncIterable<ImportLine>): Promise<ImportLine[]> {
  const all: ImportLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function* oneByOne(entries: readonly ImportKeyInput[]): AsyncGenerator<ImportKeyInput> {
  yield* entries;
}

describe('importing', () => {
  test.each([
    ['at hand', (entries: ImportKeyInput[]) => entries],
    ['that come one by one', oneByOne],
  ])('entries %s yields a line for each, and a summary', async (_, given) => {
    const entries = Array.from({ length: 300 }, newEntry);
    const lines = await gathered(client.keys.import(given(entries)));
    expect(lines.slice(0, -1)).toEqual(
      entries.map((_entry, index) => ({ index, id: expect.stringMatching(/^key_/) })),
    );
    expect(lines.at(-1)).toMatchObject({ imported: 300, failed: 0 });
  });

  test('what comes of an entry can decide about the next one', async () => {
    const answers: ImportLine[] = [];
    let answered = Promise.withResolvers<void>();
    async function* entries() {
      yield newEntry();
      await answered.promise;
      answered = Promise.withResolvers<void>();
      yield { ...newEntry(), name: 'index' in (answers[0] ?? {}) ? 'Second' : '' };
    }
    for await (const line of client.keys.import(entries())) {
      answers.push(line);
      answered.resolve();
    }
    expect(answers).toMatchObject(
      [{ index: 0 }, { index: 1, id: /^key_/ }, { imported: 2 }].map((line) =>
        'id' in line ? { index: 1, id: expect.stringMatching(/^key_/) } : line,
      ),
    );
  });

  test('throws what reading the entries throws', async () => {
    const failure = new Error('the old database is gone');
    async function* entries() {
      yield newEntry();
      throw failure;
    }
    await expect(gathered(client.keys.import(entries()))).rejects.toBe(failure);
    function* atHand() {
      yield newEntry();
      throw failure;
    }
    await expect(gathered(client.keys.import(atHand()))).rejects.toBe(failure);
  });

  test('throws what the server refuses as a whole', async () => {
    const stranger = new ClavigerClient({ baseUrl: server.url, key: 'clv_unknown' });
    await expect(gathered(stranger.keys.import([newEntry()]))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 401,
    });
  });

  test('throws when the answer ends without its summary, or is no JSON', async () => {
    const answering = (text: string) =>
      new ClavigerClient({
        baseUrl: server.url,
        key: 'clv_any',
        fetch: async () => new Response(text),
      });
    const broken = gathered(answering('{"index":0,"id":"key_1"}\n').keys.import([]));
    await expect(broken).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    const garbled = gathered(answering('<html>\n').keys.import([]));
    await expect(garbled).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
  });

  test('can be ended early', async () => {
    const ending = new AbortController();
    async function* endless() {
      for (;;) yield newEntry();
    }
    const lines = client.keys.import(endless(), { signal: ending.signal });
    const all = (async () => {
      for await (const line of lines) if ('id' in line) ending.abort();
    })();
    await expect(all).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('few keys can be imported in one call', async () => {
    const entries = [newEntry(), { ...newEntry(), name: '' }];
    expect(await client.keys.importBatch(entries)).toMatchObject({
      imported: 1,
      keys: [{ index: 0 }],
      failed: [{ index: 1, code: 'INVALID_REQUEST' }],
    });
  });
});
