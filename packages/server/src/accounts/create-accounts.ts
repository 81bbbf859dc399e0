import { isIP } from 'node:net';
import {
  assertSetUpOpen,
  ClavigerError,
  RefusedError,
  setUp,
  StorageError,
  type Claviger,
  type Clock,
  type Stranger,
  type UserRecord,
} from '@claviger/core';
import {
  MAX_PASSKEYS,
  type Account,
  type SetUp,
  type SignInMethods,
  type UserSetUp,
} from '@claviger/contract';
import type { SqlStorage } from '@claviger/core/sqlite';
import { betterAuth, type AuthContext } from 'better-auth';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { KnownDevices } from './known-devices.ts';
import { OidcClient } from './oidc-client.ts';
import { PasswordTries } from './password-tries.ts';
import { countPasskeys, readAccount } from './read-account.ts';
import { SignInCookies } from './sign-in-cookies.ts';
import { ADDRESS_HEADER, isSecure, signInOptions } from './sign-in-options.ts';
import type { SingleSignOnParts } from './single-sign-on.ts';

/** A person behind a request. */
export interface SignedIn {
  readonly user: UserRecord;
  readonly sessionId: string;
  readonly signedInAt: number;
}

export interface SignInRequest {
  /** As the library knows it: `/sign-in/email`. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly cookie: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** JSON; of a GET, nothing. */
  readonly body: string;
  /** With its question mark. */
  readonly query?: string;
}

/**
 * People who sign in. The library holds sessions and passwords and decides about them; who somebody is
 * and what they may do is read from our own store. Every method rejects with `StorageError` when the
 * database cannot be reached.
 */
export interface Accounts {
  /** Of the public address: what a browser must say it comes from to change something by a session. */
  readonly origin: string;
  readonly methods: SignInMethods;
  readonly tries: PasswordTries;
  readonly devices: KnownDevices;
  readonly cookies: SignInCookies;
  /** Null: the session is unknown or over. */
  identify(headers: Headers): Promise<SignedIn | null>;
  findUser(id: string | null): Promise<UserRecord | null>;
  /** What is told of somebody to themselves. */
  describe(signedIn: SignedIn): Promise<Account>;
  /** Throws `RefusedError` INVALID_REQUEST where somebody has as many as may be. */
  assertRoomForPasskey(userId: string): Promise<void>;
  endSession(id: string): Promise<void>;
  /** The id of whose code is waited for. */
  waitingForCode(identifier: string): Promise<string | null>;
  /** Signing in and out, as the library answers it. */
  request(request: SignInRequest): Promise<Response>;
  hashPassword(password: string): Promise<string>;
  /** Right after an account was made. Answers the cookies; none, when too many did so from one address. */
  signIn(
    from: Pick<SignInRequest, 'ip' | 'userAgent'>,
    credentials: { readonly email: string; readonly password: string },
  ): Promise<readonly string[]>;
  /** Deletes sessions that are over. They were nobody's before, too. */
  forgetOld(): Promise<void>;
  /** Creates the first user and signs them in. Throws as `setUp`. */
  setUp(
    stranger: Stranger & { readonly userAgent: string | null },
    input: SetUp,
  ): Promise<{ readonly answer: UserSetUp; readonly cookies: readonly string[] }>;
}

export interface AccountsConfig extends Pick<Config, 'publicUrl' | 'oidc'> {
  readonly notices: Pick<Config['notices'], 'mail'>;
}

export function createAccounts(
  claviger: Claviger,
  sql: SqlStorage['sql'],
  config: AccountsConfig,
  log: Log,
): Accounts {
  const { origin } = new URL(config.publicUrl);
  const { peppers, clock, storage } = claviger;
  const singleSignOn = singleSignOnParts(config.oidc, origin, clock, log);
  const auth = betterAuth(signInOptions({ origin, peppers, sql, log, singleSignOn }));
  const cookies = new SignInCookies(origin);
  const key = (purpose: string) => peppers.derive(purpose)[0] ?? Buffer.alloc(0);
  const request = (asked: SignInRequest) => reaching(() => auth.handler(requestOf(origin, asked)));
  const hashPassword = async (password: string) => {
    const { password: passwords } = await auth.$context;
    return passwords.hash(password);
  };

  const signIn: Accounts['signIn'] = async ({ ip, userAgent }, { email, password }) => {
    const body = JSON.stringify({ email, password });
    const signedIn = await request({
      path: '/sign-in/email',
      method: 'POST',
      cookie: null,
      userAgent,
      ip,
      body,
    });
    return signedIn.headers.getSetCookie();
  };

  return {
    ...sessionStore(auth.$context),
    origin,
    methods: {
      passkeys: takesPasskeys(origin),
      singleSignOn: config.oidc && { name: config.oidc.name },
      recoveryByMail: config.notices.mail !== null,
    },
    tries: new PasswordTries(key('claviger tries'), clock),
    devices: new KnownDevices(key('claviger devices'), origin),
    cookies,
    async identify(headers) {
      if (!cookies.presentsSession(headers)) return null;
      const found = await reaching(() => auth.api.getSession({ headers }));
      if (found === null) return null;
      const user = await storage.accounts.getUser(found.user.id);
      const { id: sessionId, createdAt } = found.session;
      return user === null ? null : { user, sessionId, signedInAt: createdAt.getTime() };
    },
    findUser: async (id) => (id === null ? null : storage.accounts.getUser(id)),
    request,
    hashPassword,
    signIn,
    async setUp(stranger, input) {
      await assertSetUpOpen(claviger, input.token);
      const passwordHash = await hashPassword(input.password);
      const { ip, requestId, userAgent } = stranger;
      const answer = await setUp(claviger, { ip, requestId }, input, passwordHash);
      const { email, password } = input;
      return { answer, cookies: await signIn({ ip, userAgent }, { email, password }) };
    },
  };
}

/** What there is to read and end of somebody's sessions. */
function sessionStore(
  whenReady: Promise<AuthContext>,
): Pick<
  Accounts,
  'describe' | 'assertRoomForPasskey' | 'endSession' | 'waitingForCode' | 'forgetOld'
> {
  const withContext = async <Result>(run: (context: AuthContext) => Promise<Result>) => {
    const context = await whenReady;
    return reaching(() => run(context));
  };
  return {
    describe: (signedIn) => withContext((context) => readAccount(context, signedIn)),
    async assertRoomForPasskey(userId) {
      const count = await withContext(({ adapter }) => countPasskeys(adapter, userId));
      if (count >= MAX_PASSKEYS) throw tooManyPasskeys();
    },
    endSession: (id) =>
      withContext(({ adapter }) =>
        adapter.delete({ model: 'session', where: [{ field: 'id', value: id }] }),
      ),
    waitingForCode: (identifier) =>
      withContext(async ({ internalAdapter }) => {
        const found = await internalAdapter.findVerificationValue(identifier);
        return found?.value ?? null;
      }),
    forgetOld: () => withContext(({ adapter }) => forgetOld(adapter)),
  };
}

/** No limit of tries is longer. */
const LONGEST_LIMIT_MS = 3_600_000;

async function forgetOld(adapter: AuthContext['adapter']): Promise<void> {
  const over = [{ field: 'expiresAt', operator: 'lt', value: new Date() }] as const;
  for (const model of ['session', 'verification']) {
    await adapter.deleteMany({ model, where: [...over] });
  }
  const before = Date.now() - LONGEST_LIMIT_MS;
  const idle = [{ field: 'lastRequest', operator: 'lt', value: before }] as const;
  await adapter.deleteMany({ model: 'rateLimit', where: [...idle] });
}

const tooManyPasskeys = () =>
  new RefusedError(
    'INVALID_REQUEST',
    `Nobody can have more than ${MAX_PASSKEYS} passkeys. Remove one first.`,
  );

function requestOf(
  origin: string,
  { path, method, cookie, userAgent, ip, body, query = '' }: SignInRequest,
): Request {
  const headers = new Headers({ 'content-type': 'application/json', origin });
  if (cookie !== null) headers.set('cookie', cookie);
  if (userAgent !== null) headers.set('user-agent', userAgent);
  if (ip !== null) headers.set(ADDRESS_HEADER, ip);
  return new Request(`${origin}/auth${path}${query}`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
  });
}

function singleSignOnParts(
  config: Config['oidc'],
  origin: string,
  clock: Clock,
  log: Log,
): SingleSignOnParts | null {
  if (config === null) return null;
  return {
    oidc: new OidcClient(config, `${origin}/auth/single-sign-on/callback`, clock),
    allowedDomains: config.allowedDomains,
    onRefusal: (err) => log.warn({ err }, 'a single sign-on was refused'),
  };
}

/** WebAuthn is for names, and over https but for this machine itself. */
function takesPasskeys(origin: string): boolean {
  const { hostname } = new URL(origin);
  const isName = isIP(hostname) === 0 && !hostname.startsWith('[');
  return isName && (isSecure(origin) || /(?:^|\.)localhost$/.test(hostname));
}

/** What the library throws is no refusal, which it answers: it could not read or write. */
async function reaching<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    // Ours, by way of the library.
    if (error instanceof ClavigerError) throw error;
    throw new StorageError('Sessions cannot be read or written right now. Try again.', {
      cause: error,
    });
  }
}
