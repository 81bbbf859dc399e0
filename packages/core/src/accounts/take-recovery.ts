import type { Recovery, RecoveryTaken } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { keyStatus } from '../keys/present-key.ts';
import { hashOfLinkToken } from './link-token.ts';
import { isStillGranted, presentRecovery, recoveryNotValid } from './recovery-rules.ts';
import { callerOf, type Stranger } from './stranger.ts';

/** Whose account it is for, to whoever holds its token. Throws `RefusedError` RECOVERY_NOT_VALID. */
export async function previewRecovery(
  { storage: { accounts, keys }, clock }: Context,
  token: string,
): Promise<Recovery> {
  const grant = await accounts.findRecovery(hashOfLinkToken(token));
  if (grant === null || grant.expiresAt <= clock.now()) throw recoveryNotValid();
  const { createdBy } = grant;
  const maker = createdBy.type === 'rootKey' ? await keys.getKey(createdBy.id) : undefined;
  const isMakerOver =
    maker === null || (maker !== undefined && keyStatus(maker.key, clock.now()) !== 'active');
  if (isMakerOver) throw recoveryNotValid();
  const user = await accounts.getUser(grant.userId);
  if (user === null || !(await isStillGranted(accounts, grant))) throw recoveryNotValid();
  return presentRecovery(grant, user.email);
}

/**
 * Gives its user the new password, and ends their sessions and all that their recovery links open. Throws
 * `RefusedError` RECOVERY_NOT_VALID.
 */
export function takeRecovery(
  context: Context,
  stranger: Stranger,
  token: string,
  passwordHash: string,
): Promise<RecoveryTaken> {
  return commitBatch(context, async (tx) => {
    const nowMs = context.clock.now();
    const grant = await tx.takeRecovery(hashOfLinkToken(token), nowMs);
    const user = grant && (await tx.getUser(grant.userId));
    if (grant === null || user === null) throw recoveryNotValid();
    if (!(await isStillGranted(tx, grant))) throw recoveryNotValid();
    await tx.deleteRecoveries(user.id);
    const { via, removesSecondFactor } = grant;
    await tx.recoverUser(user.id, passwordHash, removesSecondFactor);
    const deed = {
      action: 'user.recovered',
      target: auditTarget.user(user.id),
      before: null,
      after: { via, removesSecondFactor },
    };
    const result = { email: user.email, recovered: true as const };
    return recorded(callerOf(stranger, user.id), nowMs, deed, result);
  });
}

/** Deletes the links that are over. */
export const forgetRecoveries = ({ storage, clock }: Context): Promise<void> =>
  storage.accounts.forgetRecoveries(clock.now());
