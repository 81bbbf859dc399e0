import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import type { Transaction } from '../ports/committer.ts';
import { hashOfLinkToken } from './link-token.ts';
import { MAIL_AGAIN_MS, MAX_MAILED, newRecovery, type RecoveryIssued } from './recovery-rules.ts';
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
    if (user === null || !(await mayMail(tx, user.id, nowMs))) {
      return { result: { issued: null }, events: [], changes: [] };
    }
    const { actor: createdBy } = callerOf(stranger, user.id);
    const made = newRecovery(user, { via: 'mail', removesSecondFactor: false, createdBy }, nowMs);
    await tx.insertRecovery(made.grant);
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

/** Those sent before stay valid: a stranger who asks again and again takes none of them away. */
async function mayMail(tx: Transaction, userId: string, nowMs: number): Promise<boolean> {
  const all = await tx.listRecoveries(userId);
  const open = all.filter(({ via, expiresAt }) => via === 'mail' && expiresAt > nowMs);
  const [latest] = open;
  return (
    open.length < MAX_MAILED && (latest === undefined || nowMs >= latest.createdAt + MAIL_AGAIN_MS)
  );
}

/** It could not be sent, and so may be asked for again at once. */
export async function withdrawRecovery(context: Context, { token }: RecoveryIssued): Promise<void> {
  await commitBatch(context, async (tx) => {
    await tx.takeRecovery(hashOfLinkToken(token), context.clock.now());
    return { result: {}, events: [], changes: [] };
  });
}
