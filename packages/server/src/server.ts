import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { RefusedError, StartError } from '@claviger/core';
import { createApp } from './app.ts';
import { createFastLane, type FastLane } from './http/fast-lane.ts';
import { hotVerify } from './http/hot-verify.ts';
import { limitRequestTime } from './http/request-time.ts';
import { problemAnswer } from './http/refusals.ts';
import { requestIdOf } from './http/request-id.ts';
import { COMMON_HEADERS, logFault, type Surface } from './surface.ts';

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish, and cuts what is left after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** A client that sends nothing for this long is not coming back, and one that trickles its headers is an attack. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Listens. The hot route comes first, the framework takes the rest. Throws `StartError` when the port is taken. */
export async function listen(surface: Surface, host: string, port: number): Promise<RunningServer> {
  const rest = getRequestListener(createApp(surface).fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => unroutable(surface, error),
  });
  const hot = hotVerify(surface);
  const server = createServer(
    // Not the server's own limit for requests: streams that are worked on while they come take longer.
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: 0 },
    (request, response) => {
      limitRequestTime(request, response, REQUEST_TIMEOUT_MS);
      if (!hot(request, response)) void rest(request, response);
    },
  );
  const lane = openFastLane(surface, server);
  await listening(server, host, port);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    stop: (graceMs) => stop(server, lane, surface, graceMs),
  };
}

/** Ahead of `node:http`, which takes a connection over with whatever is not a plain verification. */
function openFastLane(surface: Surface, server: Server): FastLane {
  const takers = server.listeners('connection');
  const handOver = (socket: Socket) => {
    for (const take of takers) take.call(server, socket);
  };
  const lane = createFastLane({ surface, handOver, idleMs: server.keepAliveTimeout });
  server.removeAllListeners('connection').on('connection', lane.enter);
  return lane;
}

/** What does not even reach the router: a target or a `Host` that no address can be made of. */
function unroutable(surface: Surface, error: unknown): Response {
  const requestId = requestIdOf(undefined);
  const refusal =
    error instanceof RequestError
      ? new RefusedError('INVALID_REQUEST', 'The request target or the Host header is not valid.')
      : error;
  const { status, headers, body } = problemAnswer(refusal, requestId, surface.config.publicUrl);
  logFault(surface.log, error, status, requestId);
  return new Response(body, {
    status,
    headers: { ...headers, ...COMMON_HEADERS, 'x-request-id': requestId },
  });
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'something else listens there already' : error.message;
      reject(
        new StartError(
          `Cannot listen on ${host}:${port}: ${reason}. Set CLAVIGER_HOST or CLAVIGER_PORT to another address.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function stop(
  server: Server,
  lane: FastLane,
  surface: Surface,
  graceMs: number,
): Promise<void> {
  surface.draining = true;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  lane.closeIdle();
  const cut = setTimeout(() => {
    server.closeAllConnections();
    lane.closeAll();
  }, graceMs);
  await closed;
  clearTimeout(cut);
}
