import { passkey } from '@better-auth/passkey';
import { APIError } from 'better-auth/api';
import { passkeyTables } from './sign-in-tables.ts';

/** Passkeys that a browser finds by itself, on a device that checked who uses it: two factors in one. */
export const passkeys = ({ origin, cookie }: { origin: string; cookie: string }) =>
  passkey({
    rpID: new URL(origin).hostname,
    rpName: 'Claviger',
    origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: cookie },
    // The library asks for it in the browser alone, and the browser belongs to whoever signs in.
    registration: {
      afterVerification: ({ verification: { registrationInfo } }) => {
        assertUserVerified(registrationInfo?.userVerified);
      },
    },
    authentication: {
      afterVerification: ({ verification: { authenticationInfo } }) => {
        assertUserVerified(authenticationInfo.userVerified);
      },
    },
    schema: passkeyTables,
  });

function assertUserVerified(verified: boolean | undefined): void {
  if (verified === true) return;
  throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED' });
}
