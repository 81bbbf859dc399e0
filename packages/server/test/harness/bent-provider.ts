import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { closed, listening } from './local-server.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface BentProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientSecret: string;
  /** What it does to the claims of the next tokens. */
  bend: (claims: Claims) => Claims;
  /** How it signs them. */
  signsWith: 'its key' | 'another key' | 'nothing';
  /** What it calls itself in its discovery document. */
  callsItself: string;
  stop(): Promise<void>;
}

const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: Claims, key: KeyObject | null): string {
  const head = key === null ? { alg: 'none' } : { alg: 'ES256', kid: 'one' };
  const text = `${base64url(head)}.${base64url(claims)}`;
  if (key === null) return `${text}.`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** A provider that says what it is told to, however wrong. The nonce of the last request is in its tokens. */
export async function startBentProvider(): Promise<BentProvider> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let nonce: string | null = null;
  const server = createServer();
  const issuer = await listening(server);
  const provider: BentProvider = {
    issuer,
    clientSecret: 'a secret of this client',
    bend: (claims) => claims,
    signsWith: 'its key',
    callsItself: issuer,
    stop: () => closed(server),
    [Symbol.asyncDispose]: () => closed(server),
  };
  const documents: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({
      issuer: provider.callsItself,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    }),
    '/jwks': () => ({
      keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'ES256' }],
    }),
    '/token': () => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: issuer,
        sub: 'ada',
        aud: 'claviger',
        iat: now,
        exp: now + 300,
        nonce,
        email: 'ada@example.com',
        email_verified: true,
      };
      const key = { 'its key': keys.privateKey, 'another key': other.privateKey, nothing: null };
      return {
        access_token: 'opaque',
        token_type: 'Bearer',
        id_token: token(provider.bend(claims), key[provider.signsWith]),
      };
    },
  };
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') {
      nonce = url.searchParams.get('nonce');
      const back = new URL(url.searchParams.get('redirect_uri') ?? issuer);
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      return response.writeHead(303, { location: back.href }).end();
    }
    const document = documents[url.pathname];
    const status = document === undefined ? 404 : 200;
    return response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(document?.() ?? {}));
  });
  return provider;
}
