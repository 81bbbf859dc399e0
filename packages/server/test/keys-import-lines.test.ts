import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  jsonValue,
  oneof,
  string,
  uint8Array,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { expectStatus, verify } from './harness/fixtures.ts';
import {
  entry,
  IMPORT_PATH,
  LINES,
  linesOf,
  oldToken,
  openStream,
  startWithLegacy,
} from './harness/imports.ts';
import { createRootKey } from './harness/sound-requests.ts';
import type { TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('importing a stream of lines, on %s', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startWithLegacy(database);
  });
  afterAll(() => server.stop());

  const stream = (rawBody: string | Uint8Array) =>
    server.call('POST', IMPORT_PATH, { headers: LINES, rawBody });
  const importOf = async (...keys: unknown[]) =>
    (await expectStatus(200, server.call('POST', IMPORT_PATH, { body: { keys } }))).body;

  test('answers each with one line, in their order, and the summary last', async () => {
    const tokens = Array.from({ length: 300 }, oldToken);
    const sent = tokens.map((token, n) =>
      n % 100 === 7 ? '{"half":' : JSON.stringify(entry(token)),
    );
    const answer = await stream(sent.join('\n'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('x-request-id')).toMatch(/\S/);
    const lines = linesOf(answer.text);
    expect(lines.at(-1)).toEqual({
      imported: 297,
      failed: 3,
      effective: expect.objectContaining({ everywhere: true }),
    });
    expect(lines.slice(0, -1).map(({ index }) => index)).toEqual(tokens.map((_, n) => n));
    expect(lines[107]).toMatchObject({ index: 107, code: 'MALFORMED_JSON' });
    expect(lines[108]).toEqual({ index: 108, id: expect.stringMatching(/^key_/) });
    expect(await verify(server, tokens[299] ?? '')).toMatchObject({ valid: true });
    expect(await verify(server, tokens[107] ?? '')).toMatchObject({ valid: false });
  });

  test('nothing, an empty line, a line too long and one that is no UTF-8 are answered', async () => {
    expect(linesOf((await stream('')).text)).toMatchObject([{ imported: 0, failed: 0 }]);
    const long = JSON.stringify(entry(oldToken(), { description: 'x'.repeat(70_000) }));
    const parts = ['\r\n', '\n', `${long}\n`, JSON.stringify(entry(oldToken())), '\r\n'];
    const body = Buffer.concat([...parts.map((part) => Buffer.from(part)), Buffer.of(0xff, 0x0a)]);
    const lines = linesOf((await stream(body)).text);
    expect(lines).toMatchObject([
      { index: 0, code: 'MALFORMED_JSON', message: expect.stringContaining('empty') },
      { index: 1, code: 'MALFORMED_JSON' },
      { index: 2, code: 'BODY_TOO_LARGE', message: expect.stringContaining('64 KiB') },
      { index: 3, id: expect.stringMatching(/^key_/) },
      { index: 4, code: 'MALFORMED_JSON' },
      { imported: 1, failed: 4 },
    ]);
  });

  test('whatever bytes a line is, it has its answer, and none is a fault of the server', async () => {
    const almost = constantFrom(
      JSON.stringify(entry('')),
      '{"__proto__":1}',
      '['.repeat(100),
      'null',
      '{"keys":[]}',
    ).map((text) => Buffer.from(text));
    const line = oneof(
      uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
      jsonValue({ stringUnit: 'binary' }).map((value) => Buffer.from(JSON.stringify(value))),
      almost,
    ).map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x20 : byte))));
    await assert(
      asyncProperty(array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
        const body = Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.of(0x0a)]));
        const answer = await stream(body);
        expect(answer.status).toBe(200);
        const answered = linesOf(answer.text);
        expect(answered.slice(0, -1).map(({ index }) => index)).toEqual(lines.map((_, n) => n));
        for (const { code } of answered.slice(0, -1)) expect(code).not.toBe('INTERNAL_ERROR');
        const failed = answered.filter(({ code }) => code !== undefined).length;
        expect(answered.at(-1)).toMatchObject({ failed, imported: lines.length - failed });
      }),
      { numRuns: 60 },
    );
    expect(server.logLines.join('')).not.toContain('unexpected error');
  });

  test('a client that sends one line gets its answer before it sends the next', async () => {
    const conversation = openStream(server);
    for (const token of [oldToken(), oldToken()]) {
      conversation.send(`${JSON.stringify(entry(token))}\n`);
      await conversation.receive('"id":"key_');
      expect(await verify(server, token)).toMatchObject({ valid: true });
    }
    conversation.send(null);
    await conversation.receive('"imported":2');
    conversation.close();
  });

  test('of a client that goes away, whole lines are imported and nothing else', async () => {
    const [whole, half] = [oldToken(), oldToken()];
    const conversation = openStream(server);
    const last = JSON.stringify(entry(half));
    conversation.send(`${JSON.stringify(entry(whole))}\n${last.slice(0, -1)}`);
    await conversation.receive('"id":"key_');
    conversation.close();
    await conversation.closed;
    expect(await verify(server, whole)).toMatchObject({ valid: true });
    // The same key once more shows that nothing of it is there.
    expect(await importOf(entry(half))).toMatchObject({ imported: 1 });
  });

  test('a root key that is revoked in the middle imports nothing more', async () => {
    const { secret, key } = await createRootKey(server, { permissions: ['keys:write'] });
    const [before, after] = [oldToken(), oldToken()];
    const conversation = openStream(server, secret);
    conversation.send(`${JSON.stringify(entry(before))}\n`);
    await conversation.receive('"id":"key_');
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`, { body: {} }));
    conversation.send(`${JSON.stringify(entry(after))}\n`);
    await conversation.receive('"index":1,"code":"REVOKED"');
    conversation.send(null);
    await conversation.receive('"imported":1,"failed":1');
    conversation.close();
    expect(await verify(server, after)).toMatchObject({ valid: false });
  });

  test('without a root key nothing is read', async () => {
    const answer = await server.call('POST', IMPORT_PATH, {
      key: null,
      headers: LINES,
      rawBody: '{}\n',
    });
    expectProblem(answer, 'CREDENTIAL_MISSING');
  });

  test('lines may take more than 8 MiB together', async () => {
    const filler = 'x'.repeat(60_000);
    const lines = Array.from({ length: 160 }, () =>
      JSON.stringify(entry(oldToken(), { description: filler })),
    );
    const answer = await stream(lines.join('\n'));
    expect(linesOf(answer.text).at(-1)).toMatchObject({ imported: 0, failed: 160 });
  });
});
