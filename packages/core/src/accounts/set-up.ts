import type { SetUp, UserSetUp } from '@claviger/contract';
import { commit, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { DAY_MS } from '../times.ts';
import { hashOfLinkToken as hashOf, newLinkToken } from './link-token.ts';
import type { Stranger } from './stranger.ts';
import { newUser, presentUser, userCreated } from './new-user.ts';

/** As long as a day of setting things up may be; a start of the server makes another. */
const SET_UP_MS = DAY_MS;

/** The token of a new set-up link, in the place of the one before; null once somebody can sign in. */
export async function openSetUp({ storage, clock }: Context): Promise<string | null> {
  if (await storage.accounts.hasUsers()) {
    await storage.accounts.putSetUpGrant(null);
    return null;
  }
  const token = newLinkToken();
  const expiresAt = clock.now() + SET_UP_MS;
  await storage.accounts.putSetUpGrant({ tokenHash: hashOf(token), expiresAt });
  return token;
}

/**
 * Before a stranger makes this process hash a password: that is slow on purpose. Throws `RefusedError`
 * SETUP_TOKEN_NOT_VALID, ALREADY_SET_UP.
 */
export async function assertSetUpOpen({ storage, clock }: Context, token: string): Promise<void> {
  if (await storage.accounts.hasUsers()) throw alreadySetUp();
  const grant = await storage.accounts.getSetUpGrant();
  if (grant?.tokenHash !== hashOf(token) || grant.expiresAt <= clock.now()) throw notValid();
}

/** Creates the first user, an operator. Throws `RefusedError` SETUP_TOKEN_NOT_VALID, ALREADY_SET_UP. */
export function setUp(
  context: Context,
  stranger: Stranger,
  { token, email, name }: SetUp,
  passwordHash: string,
): Promise<UserSetUp> {
  return commit(context, async (tx) => {
    const nowMs = context.clock.now();
    if (await tx.hasUsers()) throw alreadySetUp();
    if (!(await tx.takeSetUpGrant(hashOf(token), nowMs))) throw notValid();
    const user = newUser({ email, name, operator: true, lastSignInAt: nowMs }, nowMs);
    await tx.insertUser({ ...user, passwordHash });
    const actor = { type: 'user', id: user.id } as const;
    return userCreated({ ...stranger, actor }, 'user.set_up', user, { user: presentUser(user) });
  });
}

const alreadySetUp = () =>
  new RefusedError('ALREADY_SET_UP', 'The first user was created already. Sign in.');

const notValid = () =>
  new RefusedError(
    'SETUP_TOKEN_NOT_VALID',
    'This set-up link is not valid any more. Start the server again and use the link that it prints.',
  );
