import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { callerOf, type Stranger } from './stranger.ts';

export type SignInAction =
  | 'user.signed_in'
  | 'user.sign_in_failed'
  | 'user.signed_out'
  | 'user.signed_out_everywhere'
  | 'user.password_changed'
  | 'user.second_factor_enabled'
  | 'user.second_factor_disabled'
  | 'user.second_factor_failed'
  | 'user.backup_codes_renewed'
  | 'user.passkey_added'
  | 'user.passkey_removed'
  | 'user.single_sign_on_linked';

/** Whoever does this wants nobody else in: links to a new password end with it. */
const ENDING: readonly SignInAction[] = ['user.password_changed', 'user.signed_out_everywhere'];

/** How somebody got in. A code follows a password or a single sign-on. */
export type SignInMethod = 'password' | 'passkey' | 'single sign-on' | 'code' | 'backup code';

/**
 * Puts on record what somebody did to get in or out, or to how they get in. Of a failed sign-in, the user is
 * whose e-mail was given. `after`: what else there is to say of it, and never a secret.
 */
export async function recordSignIn(
  context: Context,
  stranger: Stranger,
  userId: string,
  action: SignInAction,
  after: Readonly<Record<string, string>> | null = null,
): Promise<void> {
  const deed = { action, target: auditTarget.user(userId), before: null, after };
  await commitBatch(context, async (tx) => {
    const nowMs = context.clock.now();
    if (action === 'user.signed_in') await tx.noteSignIn(userId, nowMs);
    if (ENDING.includes(action)) await tx.deleteRecoveries(userId);
    return recorded(callerOf(stranger, userId), nowMs, deed, {});
  });
}
