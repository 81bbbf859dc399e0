import type { InvitationParams } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import type { InvitationIssued } from './create-invitation.ts';
import { INVITATION_MS, isStillGiven, presentInvitation } from './invitation-rules.ts';
import { hashOfLinkToken, newLinkToken } from './link-token.ts';
import { holdInvitation } from './hold-invitation.ts';

/**
 * A new link, for as long as the first; the one before ends. Throws `RefusedError`: ORGANIZATION_NOT_FOUND,
 * INVITATION_NOT_FOUND, BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT.
 */
export function renewInvitation(
  context: Context,
  caller: Caller,
  which: InvitationParams,
): Promise<InvitationIssued> {
  return commitBatch(context, async (tx) => {
    const { organization, invitation: before } = await holdInvitation(tx, caller, which);
    const nowMs = context.clock.now();
    const token = newLinkToken();
    const after = {
      ...before,
      tokenHash: hashOfLinkToken(token),
      createdBy: caller.actor,
      expiresAt: nowMs + INVITATION_MS,
    };
    await tx.putInvitation(after);
    const presented = presentInvitation(after, { nowMs, given: true });
    const deed = {
      action: 'invitation.renewed',
      target: auditTarget.invitation(after),
      before: presentInvitation(before, { nowMs, given: await isStillGiven(tx, before) }),
      after: presented,
    };
    const issued = { invitation: presented, organizationName: organization.name, token };
    return recorded(caller, nowMs, deed, issued);
  });
}
