import { recordSignIn, StorageError, type Stranger } from '@claviger/core';
import type { Hono } from 'hono';
import type { Env, RequestContext } from '../app.ts';
import { validate } from '../http/json-body.ts';
import { readJsonText } from '../http/read-bytes.ts';
import { sourceOf } from '../http/source.ts';
import type { Surface } from '../surface.ts';
import { afterAnswer } from './after-answer.ts';
import { refusalOf } from './auth-refusals.ts';
import type { SignedIn } from './create-accounts.ts';
import { openRoutes, type OpenRoute } from './open-routes.ts';
import { assertFresh, assertOwnOrigin, identify } from './session-caller.ts';

/** Signing in and out, and what somebody signs in with. The answers are the library's, without tokens; its refusals become problems like all others. */
export function mountAuthRoutes(app: Hono<Env>, surface: Surface): void {
  for (const [path, route] of Object.entries(openRoutes)) {
    app.post(`/auth${path}`, (c) => serveAuth(surface, path, route, c));
  }
}

type Json = Readonly<Record<string, unknown>>;

async function serveAuth(
  surface: Surface,
  path: string,
  route: OpenRoute,
  c: RequestContext,
): Promise<Response> {
  c.set('operation', `auth${path}`);
  const { accounts } = surface;
  const source = sourceOf(surface, c);
  const { headers } = c.req.raw;
  assertOwnOrigin(accounts, headers);
  const body = validate(route.body, (await readJsonText(c)).value);
  const before = await admit(surface, route, headers);
  await assertRoom(surface, route, before);
  const giveBack = takeTry(surface, route, body, before, headers);
  const pending = await waitingForCode(surface, route, headers);
  const { ip, userAgent } = source;
  const response = await accounts
    .request({
      path: route.to,
      method: route.method ?? 'POST',
      cookie:
        route.secondStep === true
          ? accounts.cookies.withoutSession(headers)
          : headers.get('cookie'),
      userAgent,
      ip,
      body: JSON.stringify(body),
    })
    .catch((error: unknown) => {
      giveBack();
      throw error;
    });
  const answer = await answerOf(response);
  if (response.status !== 200) {
    // Nobody looked at the password.
    if (response.status === 429) giveBack();
    recordFailure(surface, { route, body, pending, response }, source);
    throw refusalOf(response, answer);
  }
  giveBack();
  // The library says so even when it could not write.
  if (path === '/sign-out' && (await accounts.identify(headers)) !== null) throw stillSignedIn();
  if (answer['twoFactorRedirect'] === true) {
    passOn(c, accounts.cookies.ofSecondStep(response));
    return c.json({ secondFactorRequired: true });
  }
  const { signsIn } = route;
  const user =
    signsIn === undefined ? (before?.user ?? null) : await accounts.findUser(idOfUser(answer));
  if (user !== null && route.action !== null) {
    const said = signsIn === undefined ? namesOf(answer, body) : { method: signsIn };
    await recordSignIn(surface.claviger, source, user.id, route.action, said);
  }
  passOn(c, response.headers.getSetCookie());
  if (signsIn !== undefined && user !== null) {
    // The browser has another one now; whoever has seen the old one has nothing.
    if (before !== null) await accounts.endSession(before.sessionId);
    passOn(c, [accounts.devices.cookieFor(user.email)]);
  }
  return c.json(shown(route, answer));
}

/** Who asks, if anybody is signed in. Throws `UnauthorizedError` SIGN_IN_REQUIRED, `RefusedError` FRESH_SIGN_IN_REQUIRED. */
async function admit(
  { accounts, claviger }: Surface,
  { who }: OpenRoute,
  headers: Headers,
): Promise<SignedIn | null> {
  if (who === 'anybody') return accounts.identify(headers);
  const signedIn = await identify(accounts, headers);
  if (who === 'whoever signed in lately') assertFresh(claviger, signedIn);
  return signedIn;
}

/** Whose code is waited for, to put on record that it was wrong. */
async function waitingForCode(
  { accounts }: Surface,
  { secondStep }: OpenRoute,
  headers: Headers,
): Promise<string | null> {
  const identifier = secondStep === true ? accounts.cookies.waitingIn(headers) : null;
  return identifier === null ? null : accounts.waitingForCode(identifier);
}

/** Throws `RefusedError`, where the library would go on without end or take what it should not. */
async function assertRoom(
  { accounts }: Surface,
  { to }: OpenRoute,
  signedIn: SignedIn | null,
): Promise<void> {
  if (signedIn === null) return;
  if (to === '/passkey/verify-registration' || to === '/passkey/generate-register-options') {
    await accounts.assertRoomForPasskey(signedIn.user.id);
  }
}

/** Counts a password that is about to be checked. Throws `RateLimitedError`. Answers how to give it back. */
function takeTry(
  { accounts }: Surface,
  { password }: OpenRoute,
  body: Json,
  signedIn: SignedIn | null,
  headers: Headers,
): () => void {
  if (password === undefined) return () => undefined;
  if (password === 'currentPassword' || !('email' in body)) {
    // By a session: tries of its person's own, whoever holds it.
    const { email } = signedIn?.user ?? { email: '' };
    return accounts.tries.take(email, `session`);
  }
  const email = String(body['email']).toLowerCase();
  return accounts.tries.take(email, accounts.devices.find(headers, email));
}

interface Failure {
  readonly route: OpenRoute;
  readonly body: Json;
  /** Whose code was waited for. */
  readonly pending: string | null;
  readonly response: Response;
}

function recordFailure(
  { claviger, log }: Surface,
  { route, body, pending, response }: Failure,
  source: Stranger,
): void {
  if (response.status !== 401) return;
  const record = async () => {
    if (pending !== null) {
      await recordSignIn(claviger, source, pending, 'user.second_factor_failed');
    } else if (route.signsIn === 'password') {
      const email = String(body['email']).toLowerCase();
      const user = await claviger.storage.accounts.findUserByEmail(email);
      if (user !== null) await recordSignIn(claviger, source, user.id, 'user.sign_in_failed');
    }
  };
  afterAnswer(record, (error) => {
    log.error({ err: error }, 'a failed sign-in could not be put on record');
  });
}

const stillSignedIn = () =>
  new StorageError('The session could not be ended. You are still signed in; try again.');

export function passOn(c: RequestContext, cookies: readonly string[]): void {
  for (const value of cookies) c.header('set-cookie', value, { append: true });
}

export async function answerOf(response: Response): Promise<Json> {
  try {
    return ((await response.json()) ?? {}) as Json;
  } catch {
    return {};
  }
}

/** The cookie, which scripts cannot read, is the one place for a session's token. */
function shown({ shows, to }: OpenRoute, answer: Json): Json {
  if (shows === 'everything') {
    // The library asks for less than we take.
    return to === '/passkey/generate-authenticate-options'
      ? { ...answer, userVerification: 'required' }
      : answer;
  }
  return Object.fromEntries(
    shows.filter((name) => name in answer).map((name) => [name, answer[name]]),
  );
}

/** Of a passkey, in the audit log. */
function namesOf(answer: Json, body: Json): Readonly<Record<string, string>> | null {
  const { id, name } = { ...body, ...answer };
  if (typeof id !== 'string') return null;
  return { id, ...(typeof name === 'string' && { name }) };
}

function idOfUser({ user }: Json): string | null {
  const id = (user as { readonly id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}
