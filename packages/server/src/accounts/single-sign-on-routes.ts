import { recordSignIn } from '@claviger/core';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Env, RequestContext } from '../app.ts';
import { validate } from '../http/json-body.ts';
import { readJsonText } from '../http/read-bytes.ts';
import { sourceOf } from '../http/source.ts';
import { logFault, type Surface } from '../surface.ts';
import { refusalOf } from './auth-refusals.ts';
import { answerOf, passOn } from './auth-routes.ts';
import { OidcUnavailableError } from './oidc-client.ts';
import { assertOwnOrigin } from './session-caller.ts';
import type { SingleSignOnResult } from './single-sign-on.ts';

const CALLBACK = '/auth/single-sign-on/callback';
const MAX_QUERY_CHARACTERS = 8_192;

const beginBody = z.strictObject({
  /** Where to go afterwards: a path of ours. */
  next: z.string().max(2_000).default('/'),
  /** Somebody who is signed in already confirms that it is them. */
  again: z.boolean().default(false),
});

/** Signing in at a provider: the page asks for its address, and the browser comes back from there. */
export function mountSingleSignOn(app: Hono<Env>, surface: Surface): void {
  if (surface.accounts.methods.singleSignOn === null) return;
  app.post('/auth/single-sign-on', (c) => begin(surface, c));
  app.get(CALLBACK, (c) => finish(surface, c));
}

async function begin(surface: Surface, c: RequestContext): Promise<Response> {
  c.set('operation', 'auth/single-sign-on');
  const { accounts } = surface;
  const { ip, userAgent } = sourceOf(surface, c);
  assertOwnOrigin(accounts, c.req.raw.headers);
  const { next, again } = validate(beginBody, (await readJsonText(c)).value);
  const response = await accounts.request({
    path: '/single-sign-on/begin',
    method: 'POST',
    cookie: null,
    userAgent,
    ip,
    body: JSON.stringify({ next: ownPath(next, accounts.origin), again }),
  });
  const answer = await answerOf(response);
  if (response.status !== 200) throw refusalOf(response, answer);
  passOn(c, response.headers.getSetCookie());
  return c.json({ url: answer['url'] });
}

/** What cannot be answered with a document is told to the sign-in page: somebody looks at it. */
async function finish(surface: Surface, c: RequestContext): Promise<Response> {
  c.set('operation', 'auth/single-sign-on/callback');
  const { accounts, claviger } = surface;
  const { headers } = c.req.raw;
  const source = sourceOf(surface, c);
  const query = new URL(c.req.url).search;
  const before = await accounts.identify(headers);
  const response = await accounts
    .request({
      path: '/single-sign-on/callback',
      method: 'GET',
      cookie: accounts.cookies.withoutSession(headers),
      userAgent: source.userAgent,
      ip: source.ip,
      body: '',
      query: query.length > MAX_QUERY_CHARACTERS ? '' : query,
    })
    .catch((error: unknown) => {
      if (!(error instanceof OidcUnavailableError)) throw error;
      logFault(surface.log, error, 503, source.requestId);
      return null;
    });
  if (response === null) return toSignIn(c, { next: '/', problem: 'unavailable' });
  if (response.status === 429) return toSignIn(c, { next: '/', problem: 'limited' });
  const answer = await answerOf(response);
  if (response.status !== 200) throw refusalOf(response, answer);
  const { next, userId, linked, secondFactorRequired, problem } =
    answer as unknown as SingleSignOnResult;
  passOn(c, response.headers.getSetCookie());
  if (problem !== undefined) return toSignIn(c, { next, problem });
  const user = await accounts.findUser(userId ?? null);
  if (user === null) return toSignIn(c, { next, problem: 'nobody' });
  if (linked === true) {
    await recordSignIn(claviger, source, user.id, 'user.single_sign_on_linked');
  }
  if (secondFactorRequired === true) return toSignIn(c, { next, step: 'code' });
  await recordSignIn(claviger, source, user.id, 'user.signed_in', { method: 'single sign-on' });
  if (before !== null) await accounts.endSession(before.sessionId);
  passOn(c, [accounts.devices.cookieFor(user.email)]);
  return leave(c, next);
}

const toSignIn = (c: RequestContext, search: Readonly<Record<string, string>>): Response =>
  leave(c, `/sign-in?${new URLSearchParams(search)}`);

/** The address that is left has a code of the provider in it. */
function leave(c: RequestContext, to: string): Response {
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(to, 303);
}

/** Whatever leads elsewhere leads to the start page instead. */
function ownPath(next: string, origin: string): string {
  const url = URL.parse(next, origin);
  if (url === null || url.origin !== origin || !next.startsWith('/')) return '/';
  return url.pathname + url.search + url.hash;
}
