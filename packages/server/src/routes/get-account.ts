import { operations } from '@claviger/contract';
import { identify } from '../accounts/session-caller.ts';
import { openRoute } from '../http/route.ts';

/** Asks for the session by itself: which of the sessions asks is not known to callers. */
export const getAccountRoute = openRoute(operations.getAccount, async ({ surface, headers }) => {
  const { accounts } = surface;
  return accounts.describe(await identify(accounts, headers));
});
