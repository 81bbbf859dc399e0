import type { AcceptInvitation, Fault, InvitationAccepted } from '@claviger/contract';
import {
  accountExists,
  findOpenInvitation,
  InvalidRequestError,
  joinByInvitation,
  signUpByInvitation,
} from '@claviger/core';
import type { Source } from '../http/authenticate.ts';
import type { Surface } from '../surface.ts';
import { assertOwnOrigin } from './session-caller.ts';

/**
 * Whoever is signed in joins; whoever is new makes an account first, and is signed in. Throws `RefusedError`:
 * INVITATION_NOT_VALID, INVITED_BY_ANOTHER_EMAIL, SIGN_IN_REQUIRED, FOREIGN_ORIGIN, INVALID_REQUEST.
 */
export async function acceptInvitation(
  { accounts, claviger }: Surface,
  headers: Headers,
  source: Source,
  { token, name, password }: AcceptInvitation,
): Promise<{ readonly answer: InvitationAccepted; readonly cookies: readonly string[] }> {
  // A browser says where a request comes from; what else asks has no session to be misused.
  if (accounts.cookies.presentsSession(headers) || headers.has('origin'))
    assertOwnOrigin(accounts, headers);
  const { ip, requestId } = source;
  const stranger = { ip, requestId };
  const signedIn = await accounts.identify(headers);
  if (signedIn !== null) {
    const answer = await joinByInvitation(claviger, stranger, signedIn.user.id, token);
    return { answer, cookies: [] };
  }
  // Before a stranger makes this process hash a password: that is slow on purpose.
  const { email } = await findOpenInvitation(claviger, token);
  if ((await claviger.storage.accounts.findUserByEmail(email)) !== null) throw accountExists(email);
  if (name === undefined || password === undefined) throw missing({ name, password });
  const passwordHash = await accounts.hashPassword(password);
  const answer = await signUpByInvitation(claviger, stranger, token, { name, passwordHash });
  return { answer, cookies: await accounts.signIn(source, { email, password }) };
}

function missing(fields: Readonly<Record<string, string | undefined>>): InvalidRequestError {
  const faults: Fault[] = Object.entries(fields)
    .filter(([, value]) => value === undefined)
    .map(([field]) => ({
      pointer: `/${field}`,
      message: 'is required: nobody has an account with the e-mail of this invitation yet',
    }));
  return new InvalidRequestError(faults);
}
