import {
  RateLimitedError,
  recordSignIn,
  RefusedError,
  StorageError,
  type SignInAction,
} from '@claviger/core';
import { ROOT_API_ID } from '@claviger/contract';
import type { Hono } from 'hono';
import type { Env, RequestContext } from '../app.ts';
import { readJsonText } from '../http/read-bytes.ts';
import { UnauthorizedError } from '../http/refusals.ts';
import { sourceOf } from '../http/source.ts';
import type { Source } from '../http/authenticate.ts';
import type { Surface } from '../surface.ts';
import { assertOwnOrigin } from './session-caller.ts';

/**
 * What of the library is open to the world, and what each is in the audit log. The rest of it, such as
 * lists that show the tokens of sessions, is not.
 */
const actions: Readonly<Record<string, SignInAction>> = {
  '/sign-in/email': 'user.signed_in',
  '/sign-out': 'user.signed_out',
  '/revoke-sessions': 'user.signed_out_everywhere',
  '/change-password': 'user.password_changed',
};

const SIGN_IN = '/sign-in/email';
const SIGN_OUT = '/sign-out';

/** Signing in and out. The answers are the library's, without tokens; its refusals become problems like all others. */
export function mountAuthRoutes(app: Hono<Env>, surface: Surface): void {
  for (const [path, action] of Object.entries(actions)) {
    app.post(`/auth${path}`, (c) => serveAuth(surface, path, action, c));
  }
}

async function serveAuth(
  surface: Surface,
  path: string,
  action: SignInAction,
  c: RequestContext,
): Promise<Response> {
  c.set('operation', `auth${path}`);
  const { accounts, claviger } = surface;
  const source = sourceOf(surface, c);
  const { headers } = c.req.raw;
  assertOwnOrigin(accounts, headers);
  const body = await readJsonText(c);
  // Before it is signed out.
  const before = path === SIGN_IN ? null : await accounts.identify(headers);
  const { ip, userAgent } = source;
  const cookie = headers.get('cookie');
  const response = await accounts.request({ path, cookie, userAgent, ip, body: body.text });
  const answer = await answerOf(response);
  if (response.status !== 200) {
    if (path === SIGN_IN && response.status === 401) recordFailure(surface, body.value, source);
    throw refusalOf(path, response, answer);
  }
  // The library says so even when it could not write.
  if (path === SIGN_OUT && (await accounts.identify(headers)) !== null) throw stillSignedIn();
  const userId = before?.user.id ?? idOfUser(answer);
  if (userId !== null) await recordSignIn(claviger, source, userId, action);
  for (const value of response.headers.getSetCookie()) {
    c.header('set-cookie', value, { append: true });
  }
  // The cookie, which scripts cannot read, is the one place for it.
  const { token: _, ...rest } = answer;
  return c.json(rest);
}

/** Not waited for: the time of the answer must not tell whether somebody has this e-mail. */
function recordFailure({ claviger, log }: Surface, body: unknown, source: Source): void {
  const email = (body as { readonly email?: unknown } | null)?.email;
  if (typeof email !== 'string') return;
  const record = async () => {
    const user = await claviger.storage.accounts.findUserByEmail(email.toLowerCase());
    if (user !== null) await recordSignIn(claviger, source, user.id, 'user.sign_in_failed');
  };
  record().catch((error: unknown) => {
    log.error({ err: error }, 'a failed sign-in could not be put on record');
  });
}

const stillSignedIn = () =>
  new StorageError('The session could not be ended. You are still signed in; try again.');

type Json = Readonly<Record<string, unknown>>;

async function answerOf(response: Response): Promise<Json> {
  try {
    return ((await response.json()) ?? {}) as Json;
  } catch {
    return {};
  }
}

function idOfUser({ user }: Json): string | null {
  const id = (user as { readonly id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

/** What the library says against a request, in our own words where they are known. */
function refusalOf(path: string, { status, headers }: Response, { message }: Json): Error {
  if (status === 429) {
    const seconds = Number(headers.get('x-retry-after') ?? 1);
    return new RateLimitedError('Too many tries. Wait, then try again.', [], seconds);
  }
  if (status === 401 && path === SIGN_IN) {
    const text = 'The e-mail or the password is wrong.';
    return new UnauthorizedError('SIGN_IN_FAILED', text, ROOT_API_ID);
  }
  if (status === 401) {
    return new UnauthorizedError('SIGN_IN_REQUIRED', 'Nobody is signed in. Sign in.', ROOT_API_ID);
  }
  if (status >= 400 && status < 500) {
    const detail = typeof message === 'string' ? message : 'The request is not valid.';
    return new RefusedError('INVALID_REQUEST', detail);
  }
  return new Error(`the sign-in library answered ${status}`);
}
