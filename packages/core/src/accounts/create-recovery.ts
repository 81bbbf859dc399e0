import { ROOT_ORGANIZATION_ID, rolePermissions, type CreateRecovery } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { encloses, EVERYWHERE, type Caller } from '../scope.ts';
import { holdMembers } from './member-rules.ts';
import { newRecovery, type RecoveryIssued } from './recovery-rules.ts';

/**
 * A link for somebody who cannot sign in any more. Whoever holds it can become that person, so it is for those who
 * could make anybody an operator. Throws `RefusedError`: BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT, USER_NOT_FOUND.
 */
export async function createRecovery(
  context: Context,
  caller: Caller,
  { email, removesSecondFactor }: CreateRecovery,
): Promise<RecoveryIssued> {
  if (!encloses(caller.scope, EVERYWHERE)) throw beyondOwnRights();
  return commitBatch(context, async (tx) => {
    const { authority } = await holdMembers(tx, caller, ROOT_ORGANIZATION_ID);
    const isAll = rolePermissions.operator.every((id) => authority.permissions.includes(id));
    if (!isAll) throw beyondOwnRights();
    const user = await tx.findUserByEmail(email);
    if (user === null) throw userNotFound(email);
    const nowMs = context.clock.now();
    const fields = { via: 'operator', removesSecondFactor, createdBy: caller.actor } as const;
    const { grant, issued } = newRecovery(user, fields, nowMs);
    await tx.deleteRecoveries(user.id, 'operator');
    await tx.insertRecovery(grant);
    const deed = {
      action: 'user.recovery_created',
      target: auditTarget.user(user.id),
      before: null,
      after: issued.recovery,
    };
    return recorded(caller, nowMs, deed, issued);
  });
}

const beyondOwnRights = () =>
  new RefusedError(
    'BEYOND_OWN_RIGHTS',
    'An account may belong to several organizations, so only an operator lets its owner in again, or a root key that may do everything and is bound to nothing. Ask whoever runs this server.',
  );

const userNotFound = (email: string) =>
  new RefusedError(
    'USER_NOT_FOUND',
    `Nobody signs in with ${email}. Check the spelling, or invite them if they were never here.`,
  );
