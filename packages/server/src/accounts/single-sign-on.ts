import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { generateRandomString } from 'better-auth/crypto';
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { z } from 'zod';
import { OidcRefusal, type OidcAttempt, type OidcClient, type OidcPerson } from './oidc-client.ts';
import { beginSecondStep } from './second-factor.ts';

/** As long as somebody may take at the provider. */
const ATTEMPT_SECONDS = 600;

/** Binds the attempt to the browser that began it. */
export const ATTEMPT_COOKIE = 'single_sign_on';

/** Why somebody was not let in, as the sign-in page is told. */
export type SingleSignOnProblem =
  | 'timed-out'
  | 'refused'
  | 'email-not-verified'
  | 'domain-not-allowed'
  | 'nobody'
  | 'another-account';

/** What became of it: who signed in, what is still asked for, or why not. `next`: where they wanted to go. */
export interface SingleSignOnResult {
  readonly next: string;
  readonly userId?: string;
  readonly linked?: boolean;
  readonly secondFactorRequired?: boolean;
  readonly problem?: SingleSignOnProblem;
}

export interface SingleSignOnParts {
  readonly oidc: OidcClient;
  readonly allowedDomains: readonly string[];
  /** For the log: what was wrong with an answer of the provider. */
  readonly onRefusal: (error: OidcRefusal) => void;
}

interface Remembered {
  readonly attempt: OidcAttempt;
  readonly next: string;
}

/** Signing in at a provider, as two routes beside the library's own; its sessions, cookies and limits are used. */
export const singleSignOn = (parts: SingleSignOnParts): BetterAuthPlugin => ({
  id: 'single-sign-on',
  endpoints: {
    beginSingleSignOn: createAuthEndpoint(
      '/single-sign-on/begin',
      { method: 'POST', body: z.object({ next: z.string(), again: z.boolean() }) },
      (context) => begin(parts, context, context.body),
    ),
    finishSingleSignOn: createAuthEndpoint(
      '/single-sign-on/callback',
      { method: 'GET' },
      (context) => finish(parts, context),
    ),
  },
});

async function begin(
  { oidc }: SingleSignOnParts,
  context: GenericEndpointContext,
  { next, again }: { next: string; again: boolean },
) {
  const { url, attempt } = await oidc.begin(again);
  const { internalAdapter, secret } = context.context;
  const identifier = `single-sign-on-${generateRandomString(32)}`;
  await internalAdapter.createVerificationValue({
    identifier,
    value: JSON.stringify({ attempt, next } satisfies Remembered),
    expiresAt: new Date(Date.now() + ATTEMPT_SECONDS * 1_000),
  });
  const { name, attributes } = context.context.createAuthCookie(ATTEMPT_COOKIE, {
    maxAge: ATTEMPT_SECONDS,
  });
  await context.setSignedCookie(name, identifier, secret, attributes);
  return context.json({ url });
}

async function finish(parts: SingleSignOnParts, context: GenericEndpointContext) {
  const remembered = await takeAttempt(context);
  if (remembered === null) return answer(context, { next: '/', problem: 'timed-out' });
  const { attempt, next } = remembered;
  let person: OidcPerson;
  try {
    const query = new URL(context.request?.url ?? 'http://nowhere').searchParams;
    person = await parts.oidc.finish(query, attempt);
  } catch (error) {
    if (!(error instanceof OidcRefusal)) throw error;
    parts.onRefusal(error);
    return answer(context, { next, problem: 'refused' });
  }
  const found = await findUser(parts, context, person);
  if (typeof found === 'string') return answer(context, { next, problem: found });
  const { user, linked } = found;
  const { internalAdapter } = context.context;
  if ((user as WithSecondFactor).twoFactorEnabled === true) {
    await beginSecondStep(context, user.id);
    return answer(context, { next, userId: user.id, linked, secondFactorRequired: true });
  }
  const session = await internalAdapter.createSession(user.id);
  await setSessionCookie(context, { session, user });
  return answer(context, { next, userId: user.id, linked });
}

/** Known to the library by its plugin alone. */
interface WithSecondFactor {
  readonly twoFactorEnabled?: boolean;
}

const answer = (context: GenericEndpointContext, result: SingleSignOnResult) =>
  context.json(result);

/** Once: whoever comes with the same answer again finds nothing. Null: none was begun in this browser, or it is over. */
async function takeAttempt(context: GenericEndpointContext): Promise<Remembered | null> {
  const { internalAdapter, secret } = context.context;
  const { name, attributes } = context.context.createAuthCookie(ATTEMPT_COOKIE);
  const identifier = (await context.getSignedCookie(name, secret)) || null;
  if (identifier === null) return null;
  context.setCookie(name, '', { ...attributes, maxAge: 0 });
  const row = await internalAdapter.consumeVerificationValue(identifier);
  return row === null ? null : (JSON.parse(row.value) as Remembered);
}

type User = NonNullable<
  Awaited<ReturnType<GenericEndpointContext['context']['internalAdapter']['findUserById']>>
>;

/**
 * Whoever is known here already, by what the provider calls them or, the first time, by an e-mail that it
 * has verified. Nobody else: people come by invitation.
 */
async function findUser(
  { allowedDomains }: SingleSignOnParts,
  { context: { internalAdapter } }: GenericEndpointContext,
  { issuer, subject, email, emailVerified }: OidcPerson,
): Promise<{ readonly user: User; readonly linked: boolean } | SingleSignOnProblem> {
  if (email === null || !emailVerified) return 'email-not-verified';
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (allowedDomains.length > 0 && !allowedDomains.includes(domain)) return 'domain-not-allowed';
  const key = { providerId: issuer, accountId: subject };
  const owner = await internalAdapter.findAccountOwnerByKey(key);
  if (owner?.kind === 'owned') return { user: owner.user, linked: false };
  if (owner?.kind === 'orphaned') return 'nobody';
  const match = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
  if (match === null) return 'nobody';
  // The provider has given the address to somebody else since.
  if (match.accounts.some(({ providerId }) => providerId === issuer)) return 'another-account';
  const link = await internalAdapter.linkAccount({ userId: match.user.id, ...key });
  if (!link) throw new APIError('INTERNAL_SERVER_ERROR');
  return { user: match.user, linked: true };
}
