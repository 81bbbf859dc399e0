import type { IncomingMessage, ServerResponse } from 'node:http';
import { BODY_LIMIT_BYTES, operations } from '@claviger/contract';
import type { Surface } from '../surface.ts';
import { answerVerify, type VerifyHead } from './answer-verify.ts';
import { bodyTooLarge } from './json-body.ts';

const { path } = operations.verifyKey;

/**
 * POST /v1/keys/verify over `node:http`, ahead of the framework: for connections and requests that the
 * fast lane leaves to it. Answers false for any other request.
 */
export function hotVerify(surface: Surface) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'POST' || !isVerify(request.url)) return false;
    const begun = performance.now();
    const reply = (status: number, headers: readonly string[], body: string) => {
      // A flat list: an object of headers is copied, checked and sorted out again by node:http.
      const list = [...headers, 'content-length', String(Buffer.byteLength(body))];
      if (surface.draining) list.push('connection', 'close');
      response.writeHead(status, list);
      response.end(body);
      if (!request.complete) discardRest(request);
    };
    const { socket } = request;
    const call = { socket, head: headOf(request), begun, reply, requestId: null };
    readBody(request, (body) => answerVerify(surface, call, body));
    return true;
  };
}

/** The usual spelling first; a query, or the whole address as proxies may write it, changes nothing. */
function isVerify(url: string | undefined): boolean {
  if (url === path) return true;
  return (
    url !== undefined && url.includes(path) && URL.parse(url, 'http://host')?.pathname === path
  );
}

function headOf({ headers }: IncomingMessage): VerifyHead {
  const text = (value: string | string[] | undefined) =>
    Array.isArray(value) ? value.join(', ') : value;
  return {
    authorization: headers.authorization,
    apiKey: text(headers['x-api-key']),
    contentType: headers['content-type'],
    forwardedFor: text(headers['x-forwarded-for']),
    requestId: text(headers['x-request-id']),
    userAgent: headers['user-agent'],
  };
}

/** Calls back once. Stops reading, and buffering, at the limit. */
function readBody(request: IncomingMessage, done: (body: Buffer | Error) => void): void {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) {
    return done(bodyTooLarge(BODY_LIMIT_BYTES));
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT_BYTES) return void chunks.push(chunk);
    request.off('data', take).off('end', finish);
    done(bodyTooLarge(BODY_LIMIT_BYTES));
  };
  const finish = () => done(Buffer.concat(chunks));
  request.on('data', take).on('end', finish);
}

/** As long as the framework gives the same on every other route. */
const DISCARD_MS = 500;

/**
 * What was not read is thrown away, so that a client that is still sending gets to read its answer and
 * can use the connection again. One that does not come to its end is cut off.
 */
function discardRest(request: IncomingMessage): void {
  const cut = setTimeout(() => request.destroy(), DISCARD_MS);
  request.once('close', () => clearTimeout(cut));
  request.resume();
}
