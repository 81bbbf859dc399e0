import {
  assertSetUpOpen,
  setUp,
  StorageError,
  type Claviger,
  type Stranger,
  type UserRecord,
} from '@claviger/core';
import type { SetUp, UserSetUp } from '@claviger/contract';
import type { SqlStorage } from '@claviger/core/sqlite';
import { betterAuth } from 'better-auth';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { ADDRESS_HEADER, sessionCookie, signInOptions } from './sign-in-options.ts';

/** A person behind a request. */
export interface SignedIn {
  readonly user: UserRecord;
  readonly signedInAt: number;
}

export interface SignInRequest {
  /** As the library knows it: `/sign-in/email`. */
  readonly path: string;
  readonly cookie: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** JSON. */
  readonly body: string;
}

/**
 * People who sign in. The library holds sessions and passwords and decides about them; who somebody is
 * and what they may do is read from our own store. Every method rejects with `StorageError` when the
 * database cannot be reached.
 */
export interface Accounts {
  /** Of the public address: what a browser must say it comes from to change something by a session. */
  readonly origin: string;
  /** Whether a session is presented at all, valid or not. */
  presents(headers: Headers): boolean;
  /** Null: the session is unknown or over. */
  identify(headers: Headers): Promise<SignedIn | null>;
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

export function createAccounts(
  claviger: Claviger,
  sql: SqlStorage['sql'],
  config: Pick<Config, 'publicUrl'>,
  log: Log,
): Accounts {
  const { origin } = new URL(config.publicUrl);
  const auth = betterAuth(signInOptions({ origin, peppers: claviger.peppers, sql, log }));
  const cookieName = sessionCookie(origin);

  const presents = (headers: Headers) => cookieNames(headers).includes(cookieName);

  const identify = async (headers: Headers) => {
    if (!presents(headers)) return null;
    const found = await reaching(() => auth.api.getSession({ headers }));
    if (found === null) return null;
    const user = await claviger.storage.accounts.getUser(found.user.id);
    return user === null ? null : { user, signedInAt: found.session.createdAt.getTime() };
  };

  const request = ({ path, cookie, userAgent, ip, body }: SignInRequest) => {
    const headers = new Headers({ 'content-type': 'application/json', origin });
    if (cookie !== null) headers.set('cookie', cookie);
    if (userAgent !== null) headers.set('user-agent', userAgent);
    if (ip !== null) headers.set(ADDRESS_HEADER, ip);
    const asked = new Request(`${origin}/auth${path}`, { method: 'POST', headers, body });
    return reaching(() => auth.handler(asked));
  };

  const hashPassword = async (password: string) => {
    const { password: passwords } = await auth.$context;
    return passwords.hash(password);
  };

  const forgetOld = async () => {
    const { adapter } = await auth.$context;
    const over = [{ field: 'expiresAt', operator: 'lt', value: new Date() }] as const;
    await reaching(() => adapter.deleteMany({ model: 'session', where: [...over] }));
  };

  const signIn: Accounts['signIn'] = async ({ ip, userAgent }, { email, password }) => {
    const body = JSON.stringify({ email, password });
    const signedIn = await request({ path: '/sign-in/email', cookie: null, userAgent, ip, body });
    return signedIn.headers.getSetCookie();
  };

  return {
    origin,
    presents,
    identify,
    request,
    hashPassword,
    signIn,
    forgetOld,
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

const cookieNames = (headers: Headers): string[] =>
  (headers.get('cookie') ?? '').split(';').map((pair) => pair.split('=', 1)[0]?.trim() ?? '');

/** What the library throws is no refusal, which it answers: it could not read or write. */
async function reaching<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw new StorageError('Sessions cannot be read or written right now. Try again.', {
      cause: error,
    });
  }
}
