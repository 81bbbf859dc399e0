import { PASSWORD_LENGTH } from '@claviger/contract';
import type { Peppers } from '@claviger/core';
import type { SqlStorage } from '@claviger/core/sqlite';
import type { BetterAuthOptions } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import type { Log } from '../log.ts';
import { FRESH_MS } from './fresh.ts';
import { passkeys } from './passkeys.ts';
import { refuseUsedCode, secondFactor, useCodeOnce } from './second-factor.ts';
import { tables } from './sign-in-tables.ts';
import { singleSignOn, type SingleSignOnParts } from './single-sign-on.ts';

/** The caller's address as we found it out; the library is given no other to believe. */
export const ADDRESS_HEADER = 'x-claviger-client-address';

/** A week, and not longer for being used: whoever manages keys can sign in once a week. */
const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** Tries of a password from one address. Hashing costs some 50 ms, and guessing needs many tries. */
const SIGN_IN_LIMIT = { window: 60, max: 10 };
/** Of whatever else can be asked for: a page asks for one thing after the other. */
const OTHER_LIMIT = { window: 60, max: 30 };

interface SignInParts {
  readonly origin: string;
  readonly peppers: Peppers;
  readonly sql: SqlStorage['sql'];
  readonly log: Log;
  /** Null: nobody signs in at a provider. */
  readonly singleSignOn: SingleSignOnParts | null;
}

const COOKIE_PREFIX = 'claviger';

export const isSecure = (origin: string): boolean => origin.startsWith('https:');

const PASSKEY_COOKIE = 'passkey_challenge';

/** As the library puts it together. Browsers take a name with this prefix over https alone. */
export const cookieName = (origin: string, name: string): string =>
  `${isSecure(origin) ? '__Secure-' : ''}${COOKIE_PREFIX}.${name}`;

export function signInOptions(parts: SignInParts): BetterAuthOptions {
  const { origin, peppers, sql, log } = parts;
  const secrets = secretsOf(peppers);
  return {
    appName: 'Claviger',
    baseURL: origin,
    basePath: '/auth',
    trustedOrigins: [origin],
    // Both: the list would else be looked for in the environment, and come before the other.
    secret: secrets[0]?.value ?? '',
    secrets,
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
      customRules: {
        '/sign-in/email': SIGN_IN_LIMIT,
        '/change-password': SIGN_IN_LIMIT,
        '/two-factor/*': SIGN_IN_LIMIT,
        '/passkey/verify-authentication': SIGN_IN_LIMIT,
        '/passkey/*': OTHER_LIMIT,
        '/single-sign-on/*': OTHER_LIMIT,
      },
    },
    plugins: [
      secondFactor(),
      passkeys({ origin, cookie: PASSKEY_COOKIE }),
      ...(parts.singleSignOn === null ? [] : [singleSignOn(parts.singleSignOn)]),
    ],
    hooks: { before: refuseUsedCode },
    databaseHooks: useCodeOnce,
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

/** Newest first: it signs and encrypts; what the others have encrypted can be read. */
function secretsOf(peppers: Peppers): { version: number; value: string }[] {
  const versions = peppers.fingerprints();
  return peppers.derive('claviger sessions').flatMap((key, at) => {
    const version = versions[at]?.version;
    return version === undefined ? [] : [{ version, value: key.toString('base64url') }];
  });
}
