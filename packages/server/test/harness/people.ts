import { createUser, EVERYWHERE, putMember } from '@claviger/core';
import type { MemberRole } from '@claviger/contract';
import { hashPassword } from 'better-auth/crypto';
import { expect } from 'vitest';
import type { Answer, CallOptions, TestServer } from './test-server.ts';

export const PASSWORD = 'correct horse battery staple';

/** Of the public address, when nothing else is configured. */
export const ORIGIN = 'http://localhost:0';

/** Of the address that the set-up link names. */
const originOf = (server: TestServer): string =>
  /^ *(https?:\/\/[^/]+).*\/setup#/m.exec(server.said.join('\n'))?.[1] ?? ORIGIN;

export const COOKIE = 'claviger.session_token';

const BY_HAND = {
  actor: { type: 'system', id: 'test' },
  permissions: [],
  scope: EVERYWHERE,
  ip: null,
  requestId: null,
} as const;

/** The token of the link that the server printed. */
export const setUpToken = (server: TestServer): string =>
  /\/setup#token=([A-Za-z0-9_-]{43})$/m.exec(server.said.join('\n'))?.[1] ?? '';

export const cookieOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => cookie.startsWith(`${COOKIE}=`))
    .join('; ');

/** All cookies that an answer sets, as a browser would send them back. */
export const cookiesOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .filter((cookie) => !/^[^=]+=;/.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** A request as a page of ours makes it. */
export function byCookie(
  server: TestServer,
  cookie: string,
  method: string,
  path: string,
  { headers = {}, ...options }: CallOptions = {},
): Promise<Answer> {
  const own = { cookie, origin: ORIGIN, ...headers };
  return server.call(method, path, { key: null, ...options, headers: own });
}

export function setUp(server: TestServer, fields: Record<string, unknown> = {}): Promise<Answer> {
  const ada = { email: 'Ada@example.com', name: 'Ada', password: PASSWORD };
  const body = { token: setUpToken(server), ...ada, ...fields };
  return server.call('POST', '/v1/setup', { key: null, body });
}

export function signIn(
  server: TestServer,
  email: string,
  password = PASSWORD,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = { email, password };
  const own = { origin: originOf(server), ...headers };
  return server.call('POST', '/auth/sign-in/email', { key: null, body, headers: own });
}

let addresses = 0;

/** Tries of a password are limited for each address: whoever trusts what is said here sees another each time. */
export const anotherAddress = (): Record<string, string> => {
  addresses += 1;
  return { 'x-forwarded-for': `198.51.${addresses >> 8}.${addresses & 255}` };
};

/** Slow on purpose, and the same for all of them. */
const passwordHash = hashPassword(PASSWORD);

/** Somebody with this role in the organization, who has not signed in yet. */
export async function addMember(
  server: TestServer,
  organizationId: string,
  role: MemberRole,
  name: string = role,
): Promise<{ id: string; email: string }> {
  const email = `${name}@example.com`;
  const user = await createUser(server.claviger, BY_HAND, { email, name }, await passwordHash);
  await putMember(server.claviger, BY_HAND, { organizationId, userId: user.id, role });
  return { id: user.id, email };
}

/** The same, with the cookie they hold. */
export async function createMember(
  server: TestServer,
  organizationId: string,
  role: MemberRole,
  name: string = role,
): Promise<{ id: string; cookie: string; email: string }> {
  const member = await addMember(server, organizationId, role, name);
  const answer = await signIn(server, member.email, PASSWORD, anotherAddress());
  expect(answer.status).toBe(200);
  return { ...member, cookie: cookieOf(answer) };
}
