import type { IncomingMessage, ServerResponse } from 'node:http';

/** What `node:http` itself sends to whoever takes too long. */
const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

const limits = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Ends a connection whose request is not there as a whole in time, as the option `requestTimeout` of
 * `node:http` does, which knows no exceptions.
 */
export function limitRequestTime(
  request: IncomingMessage,
  response: ServerResponse,
  ms: number,
): void {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  const limit = setTimeout(() => {
    const { socket } = request;
    if (!response.headersSent && socket.writable) socket.write(TIMED_OUT);
    socket.destroySoon();
  }, ms);
  limits.set(request, limit);
  request.once('close', () => clearTimeout(limit));
}

/**
 * For a request that is worked on while it comes: it may take any time, as long as bytes go to and fro.
 * Until its end; the next request on the connection is timed as any other.
 */
export function limitSilence(request: IncomingMessage, ms: number): void {
  clearTimeout(limits.get(request));
  request.socket.setTimeout(ms);
}
