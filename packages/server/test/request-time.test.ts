import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limitRequestTime, limitSilence } from '../src/http/request-time.ts';

/** As short as can be: what is tested is that it ends, not when. */
const SHORT_MS = 1;
const NEVER_MS = 1_000_000;

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
  server.removeAllListeners('request');
});

/** Sends the beginning of a request, and answers everything that came until the connection ended. */
async function begin(head: string): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.on('data', (bytes) => (received += bytes.toString()));
  socket.write(head);
  await once(socket, 'close');
  return received;
}

const HALF = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf';

test('a request that is not there as a whole in time is ended with 408', async () => {
  server.on('request', (request, response) => limitRequestTime(request, response, SHORT_MS));
  expect(await begin(HALF)).toMatch(/^HTTP\/1\.1 408 /);
});

test('an answer that began is not mixed with another', async () => {
  server.on('request', (request, response) => {
    response.writeHead(200).write('so far');
    limitRequestTime(request, response, SHORT_MS);
  });
  const received = await begin(HALF);
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
  expect(received).not.toContain('408');
});

test('one that is worked on while it comes ends when nothing goes to or fro', async () => {
  server.on('request', (request, response) => {
    limitRequestTime(request, response, NEVER_MS);
    limitSilence(request, SHORT_MS);
  });
  expect(await begin(HALF)).toBe('');
});
