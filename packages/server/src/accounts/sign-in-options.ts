import { PASSWORD_LENGTH } from '@claviger/contract';
import type { Peppers } from '@claviger/core';
import type { SqlStorage } from '@claviger/core/sqlite';
import type { BetterAuthOptions } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import type { Log } from '../log.ts';
import { FRESH_MS } from './fresh.ts';

/** The caller's address as we found it out; the library is given no other to believe. */
export const ADDRESS_HEADER = 'x-claviger-client-address';

/** A week, and not longer for being used: whoever manages keys can sign in once a week. */
const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** Tries of a password from one address. Hashing costs some 50 ms, and guessing needs many tries. */
const SIGN_IN_LIMIT = { window: 60, max: 10 };

interface SignInParts {
  readonly origin: string;
  readonly peppers: Peppers;
  readonly sql: SqlStorage['sql'];
  readonly log: Log;
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

const COOKIE_PREFIX = 'claviger';

const isSecure = (origin: string): boolean => origin.startsWith('https:');

/** As the library puts it together. Browsers take a name with this prefix over https alone. */
export const sessionCookie = (origin: string): string =>
  `${isSecure(origin) ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`;

/** Our names for the library's tables and columns. */
const tables = {
  user: { modelName: 'account_users', fields: { emailVerified: 'email_verified', ...times } },
  session: {
    modelName: 'account_sessions',
    fields: {
      userId: 'user_id',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      expiresAt: 'expires_at',
      ...times,
    },
  },
  account: {
    modelName: 'account_credentials',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: {
    modelName: 'account_verifications',
    fields: { expiresAt: 'expires_at', ...times },
  },
} as const;

export function signInOptions({ origin, peppers, sql, log }: SignInParts): BetterAuthOptions {
  const secret = peppers.derive('claviger sessions')[0]?.toString('base64url') ?? '';
  return {
    appName: 'Claviger',
    baseURL: origin,
    basePath: '/auth',
    trustedOrigins: [origin],
    // Both: the list would else be looked for in the environment, and come before the other.
    secret,
    secrets: [{ version: 1, value: secret }],
    // As if both were SQLite: times as text and flags as numbers, so that rows read back alike.
    database: { db: sql, type: 'sqlite', transaction: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    ...tables,
    session: {
      ...tables.session,
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      freshAge: FRESH_MS / 1_000,
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'account_rate_limits',
      fields: { lastRequest: 'last_request' },
      customRules: { '/sign-in/email': SIGN_IN_LIMIT },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isSecure(origin),
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // Said, because the library leaves them out where NODE_ENV is "test".
      disableCSRFCheck: false,
      disableOriginCheck: false,
      // Our migrations are checked by their checksums, and not all columns are the library's.
      database: { validateSchema: false },
    },
    telemetry: { enabled: false },
    // A refusal is answered; what it could not do is thrown, and ends up in our log and a 503.
    onAPIError: {
      onError: (error) => {
        if (!isAPIError(error)) throw error;
      },
    },
    // Refusals are answered, and are the audit log's business; what it cannot do is told to our log.
    logger: {
      level: 'error',
      disableColors: true,
      log: (_level, message, ...details) => {
        const err = details.find((detail) => detail instanceof Error);
        log.warn({ reason: message, ...(err && { err }) }, 'signing in');
      },
    },
  };
}
