import { createServer, type ServerResponse } from 'node:http';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Answer, TestServer } from './test-server.ts';

export interface SigningKey {
  readonly identifier: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

export function signingKey(identifier: string, namedCurve = 'P-256'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    identifier,
    privateKey,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Publishes keys as GitHub does: api.github.com/meta/public_keys/secret_scanning. */
export interface Github extends AsyncDisposable {
  readonly keysUrl: string;
  /** How often it was asked. */
  readonly asked: () => number;
  publish(...keys: readonly SigningKey[]): void;
  /** To be answered in the place of the keys; null: the keys again. */
  answerWith(answer: ((response: ServerResponse) => void) | null): void;
}

export async function startGithub(...first: readonly SigningKey[]): Promise<Github> {
  let asked = 0;
  let keys = first;
  let other: ((response: ServerResponse) => void) | null = null;
  const http = createServer((_request, response) => {
    asked++;
    if (other !== null) return other(response);
    const body = {
      public_keys: keys.map(({ identifier, pem }, index) => ({
        key_identifier: identifier,
        key: pem,
        is_current: index === 0,
      })),
    };
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    keysUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    publish(...next) {
      keys = next;
    },
    answerWith(answer) {
      other = answer;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
}

export interface Sent {
  /** What was signed, where that is not what is sent. */
  readonly signed?: string;
  readonly identifier?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function signatureHeaders({ identifier, privateKey }: SigningKey, body: string) {
  return {
    'content-type': 'application/json',
    'github-public-key-identifier': identifier,
    'github-public-key-signature': sign('sha256', Buffer.from(body), privateKey).toString('base64'),
  };
}

/** Sends a message of the partner program. */
export function sendAsGithub(
  server: TestServer,
  key: SigningKey,
  message: unknown,
  { signed, identifier, headers = {} }: Sent = {},
): Promise<Answer> {
  const rawBody = typeof message === 'string' ? message : JSON.stringify(message);
  return server.call('POST', '/v1/leaks/github', {
    key: null,
    rawBody,
    headers: {
      ...signatureHeaders(key, signed ?? rawBody),
      ...(identifier !== undefined && { 'github-public-key-identifier': identifier }),
      ...headers,
    },
  });
}
