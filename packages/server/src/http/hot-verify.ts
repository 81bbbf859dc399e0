import type { IncomingMessage, ServerResponse } from 'node:http';
import { BODY_LIMIT_BYTES, operations, verifyBody, type Decision } from '@claviger/contract';
import { COMMON_HEADERS, logFault, type Surface } from '../surface.ts';
import { authenticateRootKey } from './authenticate.ts';
import { clientAddress } from './client-address.ts';
import { readCredential } from './credentials.ts';
import { assertJson, bodyTooLarge, parseJson, validate } from './json-body.ts';
import { problemAnswer } from './refusals.ts';
import { requestIdOf } from './request-id.ts';

const { id, path, permission } = operations.verifyKey;

/**
 * POST /v1/keys/verify, straight on `node:http`: a framework's request and response objects would cost
 * more than the decision. It is made of the same steps as every other operation, and this is the one seam
 * between the two. Answers false for any other request.
 */
export function hotVerify(surface: Surface) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'POST' || request.url !== path) return false;
    const begun = performance.now();
    const requestId = requestIdOf(header(request, 'x-request-id'));
    const reply = (status: number, headers: Record<string, string>, body: string) => {
      response.writeHead(status, {
        ...headers,
        ...COMMON_HEADERS,
        'x-request-id': requestId,
        'content-length': Buffer.byteLength(body),
        ...(surface.draining && { connection: 'close' }),
      });
      response.end(body);
      surface.metrics.observe(id, status, (performance.now() - begun) / 1_000);
    };
    const succeed = (decision: Decision) =>
      reply(200, { 'content-type': 'application/json' }, JSON.stringify(decision));
    const fail = (error: unknown) => {
      const { status, headers, body } = problemAnswer(error, requestId, surface.config.publicUrl);
      logFault(surface.log, error, status, requestId);
      // What is left of a body that was not read would be taken for the next request.
      reply(status, request.complete ? headers : { ...headers, connection: 'close' }, body);
    };

    readBody(request, (error, text) => {
      if (error !== null) return fail(error);
      try {
        const decision = decide(surface, request, text, requestId);
        if (decision instanceof Promise) decision.then(succeed, fail);
        else succeed(decision);
      } catch (thrown) {
        fail(thrown);
      }
    });
    return true;
  };
}

function decide(
  { claviger, config }: Surface,
  request: IncomingMessage,
  text: string,
  requestId: string,
): Decision | Promise<Decision> {
  const token = readCredential(request.headers.authorization, header(request, 'x-api-key'));
  const ip = clientAddress(
    request.socket.remoteAddress,
    header(request, 'x-forwarded-for'),
    config.trustedProxies,
  );
  const caller = authenticateRootKey(claviger, token, permission, { ip, requestId });
  if (caller instanceof Promise) {
    return caller.then(({ scope }) => claviger.verifier.verify(readAsk(request, text), scope));
  }
  return claviger.verifier.verify(readAsk(request, text), caller.scope);
}

function readAsk(request: IncomingMessage, text: string) {
  assertJson(request.headers['content-type'], text === '');
  return validate(verifyBody, parseJson(text));
}

/** Calls back once. Stops reading, and buffering, at the limit. */
function readBody(
  request: IncomingMessage,
  done: (error: Error | null, text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    if (bytes > BODY_LIMIT_BYTES) return;
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) {
      request.pause();
      done(bodyTooLarge(BODY_LIMIT_BYTES), '');
    } else {
      chunks.push(chunk);
    }
  });
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    done(null, body.toString('utf8'));
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
