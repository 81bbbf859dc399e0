import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { EVERYWHERE } from '../scope.ts';
import type { Stranger } from './set-up.ts';

export type SignInAction =
  | 'user.signed_in'
  | 'user.sign_in_failed'
  | 'user.signed_out'
  | 'user.signed_out_everywhere'
  | 'user.password_changed';

/** Puts on record what somebody did to get in or out. Of a failed sign-in, the user is whose e-mail was given. */
export async function recordSignIn(
  context: Context,
  stranger: Stranger,
  userId: string,
  action: SignInAction,
): Promise<void> {
  const actor = { type: 'user', id: userId } as const;
  const caller = { ...stranger, actor, permissions: [], scope: EVERYWHERE };
  const deed = { action, target: auditTarget.user(userId), before: null, after: null };
  await commitBatch(context, async (tx) => {
    const nowMs = context.clock.now();
    if (action === 'user.signed_in') await tx.noteSignIn(userId, nowMs);
    return recorded(caller, nowMs, deed, {});
  });
}
