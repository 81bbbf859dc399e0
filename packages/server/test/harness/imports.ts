import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { defineApi, exampleApi, expectStatus } from './fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './test-server.ts';

export const IMPORT_PATH = '/v1/keys/import';
export const LINES = { 'content-type': 'application/x-ndjson' };

export type Encoding = 'hex' | 'base64' | 'base64url';

let made = 0;
/** A token as an older system issued it: it matches the legacy format below. */
export const oldToken = (): string => `legacy-${String(++made).padStart(32, '0')}`;

export const sha256 = (token: string, encoding: Encoding = 'hex'): string =>
  createHash('sha256').update(token).digest(encoding);

export const hashOf = (token: string, encoding: Encoding = 'hex') => ({
  algorithm: 'sha256',
  encoding,
  value: sha256(token, encoding),
});

export const entry = (token: string, fields: object = {}) => ({
  apiId: 'interact',
  organizationId: 'acme',
  name: 'Moved scheduler',
  permissions: ['agent_jobs_read'],
  hash: hashOf(token),
  ...fields,
});

export async function startWithLegacy(database: 'sqlite' | 'postgres'): Promise<TestServer> {
  const server = await startTestServer({ database });
  await defineApi(server, 'interact');
  await putInteract(server, {});
  return server;
}

export const putInteract = (server: TestServer, fields: object) =>
  expectStatus(
    200,
    server.call('PUT', '/v1/apis/interact', {
      body: {
        ...exampleApi('interact'),
        legacyFormats: ['^legacy-[0-9a-f]{32}$', '^old_pk_[0-9a-z]{10}$'],
        ...fields,
      },
    }),
  );

export const linesOf = (text: string): Answer['body'][] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** A request whose body is sent bit by bit, and whose answer is looked at meanwhile. */
export const openStream = (server: TestServer, key = server.rootKey) =>
  openStreamWith(server, { authorization: `Bearer ${key}` });

export function openStreamWith(server: TestServer, headers: Readonly<Record<string, string>>) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const closed = once(socket, 'close');
  let received = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (received += bytes.toString()));
  socket.write(
    `POST ${IMPORT_PATH} HTTP/1.1\r\nhost: ${hostname}\r\n` +
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('') +
      'content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  return {
    closed,
    /** Null: the end of the body. */
    send(text: string | null) {
      const size = Buffer.byteLength(text ?? '').toString(16);
      socket.write(`${size}\r\n${text ?? ''}\r\n`);
    },
    /** Resolves when the answer holds it, and forgets what came up to then. */
    async receive(text: string) {
      while (!received.includes(text)) await once(socket, 'data');
      received = received.slice(received.indexOf(text) + text.length);
    },
    close: () => socket.destroy(),
  };
}
