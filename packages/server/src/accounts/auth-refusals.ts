import { ROOT_API_ID, type ProblemCode } from '@claviger/contract';
import { RateLimitedError, RefusedError } from '@claviger/core';
import { UnauthorizedError } from '../http/refusals.ts';

const unauthorized = (code: ProblemCode, text: string) =>
  new UnauthorizedError(code, text, ROOT_API_ID);

const wrongPassword = () =>
  new RefusedError('INVALID_REQUEST', 'The password is wrong.', [
    { pointer: '/password', message: 'is not your password' },
  ]);
const wrongCode = () =>
  unauthorized(
    'SECOND_FACTOR_FAILED',
    'The code is wrong, or was used before. Wait for the next one and try again.',
  );
const timedOut = () =>
  unauthorized('SIGN_IN_TIMED_OUT', 'The sign-in has to begin again, with the password.');
const passkeyRefused = () =>
  unauthorized(
    'PASSKEY_NOT_ACCEPTED',
    'The passkey was not accepted. Try again, or sign in another way.',
  );

/** By the codes of the library. */
const known: Readonly<Record<string, () => Error>> = {
  INVALID_EMAIL_OR_PASSWORD: () =>
    unauthorized('SIGN_IN_FAILED', 'The e-mail or the password is wrong.'),
  INVALID_EMAIL: () => unauthorized('SIGN_IN_FAILED', 'The e-mail or the password is wrong.'),
  INVALID_PASSWORD: wrongPassword,
  INVALID_CODE: wrongCode,
  INVALID_BACKUP_CODE: wrongCode,
  INVALID_TWO_FACTOR_COOKIE: timedOut,
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: timedOut,
  TOTP_ALREADY_ENABLED: () =>
    new RefusedError('INVALID_REQUEST', 'The second factor is on already. Turn it off first.'),
  TOTP_NOT_ENABLED: () =>
    new RefusedError('INVALID_REQUEST', 'The second factor is not being set up. Begin again.'),
  TWO_FACTOR_NOT_ENABLED: () =>
    new RefusedError('INVALID_REQUEST', 'The second factor is off. Turn it on first.'),
  CHALLENGE_NOT_FOUND: passkeyRefused,
  PASSKEY_NOT_FOUND: passkeyRefused,
  AUTHENTICATION_FAILED: passkeyRefused,
  FAILED_TO_VERIFY_REGISTRATION: passkeyRefused,
  USER_NOT_VERIFIED: passkeyRefused,
};

interface LibraryAnswer {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** What the library says against a request, in our own words where they are known. */
export function refusalOf(response: Response, { code, message }: LibraryAnswer): Error {
  const { status, headers } = response;
  if (status === 429) {
    // It tells the seconds of its own limits. An account that too many codes have closed opens after 15 minutes.
    const seconds = Number(headers.get('x-retry-after') ?? 15 * 60);
    return new RateLimitedError('Too many tries. Wait, then try again.', [], seconds);
  }
  const refusal = typeof code === 'string' ? known[code] : undefined;
  if (refusal !== undefined) return refusal();
  if (status === 401) return unauthorized('SIGN_IN_REQUIRED', 'Nobody is signed in. Sign in.');
  if (status >= 400 && status < 500) {
    const detail = typeof message === 'string' ? message : 'The request is not valid.';
    return new RefusedError('INVALID_REQUEST', detail);
  }
  return new Error(`the sign-in library answered ${status}`);
}
