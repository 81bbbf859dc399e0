import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Decision, VerifyInput } from '@claviger/sdk';
import { rateLimitHeaders } from '../../src/http/rate-limit-headers.ts';
import { clientOf, type Platform } from './platform.ts';

/** What an endpoint asks of a key, from the address that was called. */
type Ask = (path: string) => Pick<VerifyInput, 'permissions' | 'resources'>;

export interface ServiceOptions {
  readonly environment?: string;
  /** By method and first part of the path: `POST /jobs`. */
  readonly endpoints: Readonly<Record<string, Ask>>;
}

/** What the service wrote down about one request. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string;
  readonly keyId: string | null;
  readonly keyName: string | null;
}

export interface ProtectedService extends AsyncDisposable {
  readonly log: readonly Served[];
  fetch(path: string, options?: RequestInit): Promise<Response>;
}

/**
 * A platform's own API: it holds a root key that can verify keys of this API and nothing else, asks about
 * every request, and answers its caller with what it is told.
 */
export async function startService(
  platform: Platform,
  apiId: string,
  { environment, endpoints }: ServiceOptions,
): Promise<ProtectedService> {
  const { secret } = await platform.client.keys.create({
    apiId: 'claviger',
    organizationId: 'claviger',
    name: `Backend of ${apiId}`,
    permissions: ['keys:verify'],
    resources: { api: [apiId] },
  });
  const client = clientOf(platform.server, secret);
  const log: Served[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    // A preflight carries no key (Fetch, section 4.8). Who may read the answer, the request itself decides.
    if (method === 'OPTIONS') return void response.writeHead(204, preflight(request)).end();
    const ask = endpoints[`${method} /${path.split('/')[1] ?? ''}`];
    const token = credentialOf(request);
    if (ask === undefined) return void response.writeHead(404).end();
    if (token === null) {
      return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${apiId}"` }).end();
    }
    const organizationId = headerOf(request, 'x-organization-id');
    const decision = await client.verify({
      token,
      origin: headerOf(request, 'origin'),
      ...(environment !== undefined && { environment }),
      ...(organizationId !== null && { organizationId }),
      ...ask(path),
    });
    const { status, code, keyId = null, name: keyName = null } = decision;
    log.push({ method, path, status, code, keyId, keyName });
    response.writeHead(status, { ...headersOf(decision), ...corsOf(request) });
    response.end(JSON.stringify(decision.valid ? { for: decision.organizationId } : { code }));
  }

  const http = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    log,
    fetch: (path, options) => fetch(`http://127.0.0.1:${port}${path}`, options),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => void http.close(resolve));
    },
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}

const credentialOf = (request: IncomingMessage): string | null =>
  /^bearer (\S+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1] ??
  headerOf(request, 'x-api-key');

function headersOf(decision: Decision): Record<string, string> {
  const { rateLimits = [] } = decision;
  const waits = decision.valid ? undefined : decision.retryAfterSeconds;
  return {
    'content-type': 'application/json',
    ...rateLimitHeaders(rateLimits, waits),
    ...(decision.status === 401 && { 'www-authenticate': 'Bearer error="invalid_token"' }),
  };
}

function corsOf(request: IncomingMessage): Record<string, string> {
  const origin = headerOf(request, 'origin');
  if (origin === null) return { vary: 'Origin' };
  return { vary: 'Origin', 'access-control-allow-origin': origin };
}

const preflight = (request: IncomingMessage): Record<string, string> => ({
  ...corsOf(request),
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type',
});
