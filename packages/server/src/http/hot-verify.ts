import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BODY_LIMIT_BYTES, operations, verifyBody, type Decision } from '@claviger/contract';
import type { Judgement } from '@claviger/core';
import { COMMON_HEADERS, logFault, type Surface } from '../surface.ts';
import { judgeRootKey, rootScope } from './authenticate.ts';
import { readCredential } from './credentials.ts';
import { assertJson, bodyTooLarge, parseJson, validate } from './json-body.ts';
import { quickVerifyBody } from './quick-verify-body.ts';
import { problemAnswer } from './refusals.ts';
import { requestIdOf } from './request-id.ts';

const { id, path, permission } = operations.verifyKey;

const DECIDED = Object.entries({ 'content-type': 'application/json', ...COMMON_HEADERS }).flat();

/**
 * POST /v1/keys/verify, straight on `node:http`: a framework's request and response objects would cost
 * more than the decision. It is made of the same steps as every other operation, and this is the one seam
 * between the two. Answers false for any other request.
 */
export function hotVerify(surface: Surface) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'POST' || !isVerify(request.url)) return false;
    const begun = performance.now();
    const requestId = requestIdOf(header(request, 'x-request-id'));
    const reply = (status: number, headers: readonly string[], body: string) => {
      const bytes = Buffer.byteLength(body);
      // A flat list: an object of headers is copied, checked and sorted out again by node:http.
      const list = [...headers, 'x-request-id', requestId, 'content-length', String(bytes)];
      if (surface.draining) list.push('connection', 'close');
      response.writeHead(status, list);
      // All ASCII, as nearly every answer is: one byte to a character, and nothing to encode.
      response.end(body, bytes === body.length ? 'latin1' : 'utf8');
      surface.metrics.observe(id, status, (performance.now() - begun) / 1_000);
    };
    const succeed = (decision: Decision) => reply(200, DECIDED, JSON.stringify(decision));
    const fail = (error: unknown) => {
      const { status, headers, body } = problemAnswer(error, requestId, surface.config.publicUrl);
      logFault(surface.log, error, status, requestId);
      reply(status, Object.entries({ ...COMMON_HEADERS, ...headers }).flat(), body);
      if (!request.complete) discardRest(request);
    };

    readBody(request, (error, body) => {
      if (error !== null) return fail(error);
      try {
        const decision = decide(surface, request, body);
        if (decision instanceof Promise) decision.then(succeed, fail);
        else succeed(decision);
      } catch (thrown) {
        fail(thrown);
      }
    });
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

function decide(
  surface: Surface,
  request: IncomingMessage,
  body: Buffer,
): Decision | Promise<Decision> {
  const { verifier } = surface.claviger;
  const judged = authenticate(surface, request);
  return judged instanceof Promise
    ? judged.then((root) => verifier.verify(readAsk(request, body), rootScope(root)))
    : verifier.verify(readAsk(request, body), rootScope(judged));
}

interface Known {
  readonly authorization: string;
  readonly judgement: Judgement;
}

/** What each connection presented last. A backend sends the same root key thousands of times over one. */
const knownByConnection = new WeakMap<Socket, Known>();

/**
 * The root key is looked up once for a connection and decided on for every request: as soon as anything
 * about it changes, it is looked up again.
 */
function authenticate(
  { claviger }: Surface,
  request: IncomingMessage,
): Judgement | Promise<Judgement> {
  const { authorization } = request.headers;
  const apiKey = header(request, 'x-api-key');
  const known = knownByConnection.get(request.socket);
  if (known !== undefined && apiKey === undefined && known.authorization === authorization) {
    const again = claviger.verifier.judgeAgain(known.judgement);
    if (again !== null) return again;
  }
  const judged = judgeRootKey(claviger, readCredential(authorization, apiKey), permission);
  if (judged instanceof Promise || authorization === undefined || judged.secret === null) {
    return judged;
  }
  knownByConnection.set(request.socket, { authorization, judgement: judged });
  return judged;
}

function readAsk(request: IncomingMessage, body: Buffer) {
  assertJson(request.headers['content-type'], body.length === 0);
  const ask = parseJson(body);
  return quickVerifyBody(ask) ?? validate(verifyBody, ask);
}

const EMPTY = Buffer.alloc(0);

/** Calls back once. Stops reading, and buffering, at the limit. */
function readBody(
  request: IncomingMessage,
  done: (error: Error | null, body: Buffer) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) {
    return done(bodyTooLarge(BODY_LIMIT_BYTES), EMPTY);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT_BYTES) return void chunks.push(chunk);
    request.off('data', take).off('end', finish);
    done(bodyTooLarge(BODY_LIMIT_BYTES), EMPTY);
  };
  const finish = () => {
    const [only] = chunks;
    done(null, chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  };
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

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
