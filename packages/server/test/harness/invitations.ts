import { expect } from 'vitest';
import { byCookie, PASSWORD } from './people.ts';
import type { Answer, TestServer } from './test-server.ts';

/** The token of the link that an invitation was answered with. */
export const tokenOf = (made: Answer): string =>
  /\/invitation#token=([A-Za-z0-9_-]{43})$/.exec(made.body.link)?.[1] ?? '';

/** By the root key, unless somebody's cookie is given. Answers what the inviter is told. */
export async function invite(
  server: TestServer,
  email: string,
  role: string,
  organizationId = 'acme',
): Promise<Answer> {
  const path = `/v1/organizations/${organizationId}/invitations`;
  const made = await server.call('POST', path, { body: { email, role } });
  expect(made.status, made.text).toBe(201);
  return made;
}

/** As a page does it for somebody who has no account; with a cookie, for whoever is signed in. */
export function accept(
  server: TestServer,
  token: string,
  { name = 'Grace', password = PASSWORD, cookie = '' } = {},
): Promise<Answer> {
  const path = '/v1/invitations/accept';
  if (cookie !== '') return byCookie(server, cookie, 'POST', path, { body: { token } });
  return server.call('POST', path, { key: null, body: { token, name, password } });
}
