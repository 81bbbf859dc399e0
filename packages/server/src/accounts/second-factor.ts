import { APIError, createAuthMiddleware } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { generateRandomString } from 'better-auth/crypto';
import type { BetterAuthOptions, GenericEndpointContext } from 'better-auth';
import { secondFactorTables } from './sign-in-tables.ts';

/** Of the library. */
const VERIFY_CODE = '/two-factor/verify-totp';
/** Names the sign-in that waits for a code; the library's name for it, with our prefix. */
export const CODE_COOKIE = 'two_factor';

/** How long the code may be waited for once the password was taken. */
const CODE_WAIT_SECONDS = 600;

/** A code is taken for its own 30 seconds and the 30 before and after: nobody may use it twice in that time. */
const CODE_LIFE_MS = 120_000;

/** Codes of an app, after a password or a single sign-on. Wrong ones are counted by the account: ten close it for 15 minutes. */
export const secondFactor = () =>
  twoFactor({
    issuer: 'Claviger',
    twoFactorCookieMaxAge: CODE_WAIT_SECONDS,
    accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 15 * 60 },
    schema: secondFactorTables,
  });

/** What the library does after a password, for whoever comes from elsewhere: nobody is signed in before the code. */
export async function beginSecondStep(
  context: GenericEndpointContext,
  userId: string,
): Promise<void> {
  const { internalAdapter, secret } = context.context;
  const identifier = `2fa-${generateRandomString(20)}`;
  const expiresAt = new Date(Date.now() + CODE_WAIT_SECONDS * 1_000);
  const values = [
    { identifier, value: userId, expiresAt },
    { identifier: `2fa-attempts-${identifier}`, value: '0', expiresAt },
  ];
  for (const value of values) await internalAdapter.createVerificationValue(value);
  const options = { maxAge: CODE_WAIT_SECONDS };
  const { name, attributes } = context.context.createAuthCookie(CODE_COOKIE, options);
  await context.setSignedCookie(name, identifier, secret, attributes);
}

const usedCode = (userId: string, code: string): string => `code-${userId}-${code}`;

/**
 * RFC 6238, section 5.2: a code is taken once. Who saw it over somebody's shoulder has seen nothing. Here, those
 * that come later are refused, and the sign-in goes on with the next code.
 */
export const refuseUsedCode = createAuthMiddleware(async (context) => {
  if (context.path !== VERIFY_CODE) return;
  const { internalAdapter, secret } = context.context;
  const { name } = context.context.createAuthCookie(CODE_COOKIE);
  const pending = (await context.getSignedCookie(name, secret)) || null;
  const found = pending === null ? null : await internalAdapter.findVerificationValue(pending);
  if (found === null) return;
  const { code } = context.body as { readonly code: string };
  const used = await internalAdapter.findVerificationValue(usedCode(found.value, code));
  if (used !== null) throw invalidCode();
});

/** And of two that come at once, one is. */
export const useCodeOnce: NonNullable<BetterAuthOptions['databaseHooks']> = {
  session: {
    create: {
      before: async ({ userId }, context) => {
        if (context?.path !== VERIFY_CODE) return;
        const { internalAdapter, session } = context.context;
        const { code } = context.body as { readonly code: string };
        const isNew = await internalAdapter.reserveVerificationValue({
          identifier: usedCode(userId, code),
          value: '',
          expiresAt: new Date(Date.now() + CODE_LIFE_MS),
        });
        // Whoever is signed in and confirms a new secret cannot have used a code of it.
        if (!isNew && session === null) throw invalidCode();
      },
    },
  },
};

const invalidCode = () => new APIError('UNAUTHORIZED', { code: 'INVALID_CODE' });
