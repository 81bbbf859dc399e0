import type { InvitationParams, InvitationRevoked } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { holdInvitation } from './hold-invitation.ts';
import { isStillGiven, presentInvitation } from './invitation-rules.ts';

/** Its link works no more. Throws `RefusedError`: ORGANIZATION_NOT_FOUND, INVITATION_NOT_FOUND, BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT. */
export function revokeInvitation(
  context: Context,
  caller: Caller,
  which: InvitationParams,
): Promise<InvitationRevoked> {
  return commitBatch(context, async (tx) => {
    const { invitation } = await holdInvitation(tx, caller, which);
    const nowMs = context.clock.now();
    const given = await isStillGiven(tx, invitation);
    await tx.deleteInvitation(invitation.id);
    const deed = {
      action: 'invitation.revoked',
      target: auditTarget.invitation(invitation),
      before: presentInvitation(invitation, { nowMs, given }),
      after: null,
    };
    return recorded(caller, nowMs, deed, { id: invitation.id, revoked: true as const });
  });
}
