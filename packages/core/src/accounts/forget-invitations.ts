import type { Context } from '../context.ts';
import { EXPIRED_SHOWN_MS } from './invitation-rules.ts';

/** E-mails of people who never came are not kept for ever. */
export function forgetInvitations({ storage, clock }: Context): Promise<void> {
  return storage.accounts.forgetInvitations(clock.now() - EXPIRED_SHOWN_MS);
}
