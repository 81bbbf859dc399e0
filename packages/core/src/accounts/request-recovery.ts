import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { MAIL_AGAIN_MS, newRecovery, type RecoveryIssued } from './recovery-rules.ts';
import { callerOf, type Stranger } from './stranger.ts';

interface Asked {
  readonly issued: RecoveryIssued | null;
}

/** A link to be mailed to whoever signs in with this e-mail; null: nobody does, or they were sent one just now. */
export async function requestRecovery(
  context: Context,
  stranger: Stranger,
  email: string,
): Promise<RecoveryIssued | null> {
  const { issued } = await commitBatch<Asked>(context, async (tx) => {
    const user = await tx.findUserByEmail(email);
    const nowMs = context.clock.now();
    const before = user && (await tx.getRecovery(user.id, 'mail'));
    if (user === null || (before !== null && nowMs < before.createdAt + MAIL_AGAIN_MS)) {
      return { result: { issued: null }, events: [], changes: [] };
    }
    const made = newRecovery(user, { via: 'mail', removesSecondFactor: false }, nowMs);
    await tx.putRecovery(made.grant);
    const deed = {
      action: 'user.recovery_requested',
      target: auditTarget.user(user.id),
      before: null,
      after: made.issued.recovery,
    };
    return recorded(callerOf(stranger, user.id), nowMs, deed, { issued: made.issued });
  });
  return issued;
}
