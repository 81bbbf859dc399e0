import type { CreateInvitation, Invitation } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Transaction } from '../ports/committer.ts';
import type { Caller } from '../scope.ts';
import {
  assertRoleFits,
  INVITATION_MS,
  MAX_INVITATIONS,
  presentInvitation,
} from './invitation-rules.ts';
import { hashOfLinkToken, newLinkToken } from './link-token.ts';
import { findPlaced } from './member-places.ts';
import { assertMayGive, holdMembers } from './member-rules.ts';

/** What whoever invites is handed: the token is stored nowhere. */
export interface InvitationIssued {
  readonly invitation: Invitation;
  readonly organizationName: string;
  readonly token: string;
}

/**
 * Invites whoever has this e-mail. Throws `RefusedError`: ORGANIZATION_NOT_FOUND, BEYOND_OWN_RIGHTS,
 * ROLE_NOT_SUFFICIENT, ALREADY_MEMBER, ALREADY_INVITED, INVITATION_LIMIT_REACHED, INVALID_REQUEST.
 */
export function createInvitation(
  context: Context,
  caller: Caller,
  organizationId: string,
  { email, role }: CreateInvitation,
): Promise<InvitationIssued> {
  assertRoleFits(organizationId, role);
  return commitBatch(context, async (tx) => {
    const { organization, authority } = await holdMembers(tx, caller, organizationId);
    assertMayGive(authority, role);
    await assertNotThere(tx, organizationId, email);
    const nowMs = context.clock.now();
    const token = newLinkToken();
    const invitation = {
      id: newId('inv', nowMs),
      organizationId,
      email,
      role,
      tokenHash: hashOfLinkToken(token),
      createdBy: caller.actor,
      createdAt: nowMs,
      expiresAt: nowMs + INVITATION_MS,
    };
    await tx.putInvitation(invitation);
    const presented = presentInvitation(invitation, { nowMs, given: true });
    const deed = {
      action: 'member.invited',
      target: auditTarget.invitation(invitation),
      before: null,
      after: presented,
    };
    const issued = { invitation: presented, organizationName: organization.name, token };
    return recorded(caller, nowMs, deed, issued);
  });
}

async function assertNotThere(
  tx: Transaction,
  organizationId: string,
  email: string,
): Promise<void> {
  const user = await tx.findUserByEmail(email);
  if (user !== null && (await findPlaced(tx, organizationId, user.id)) !== null) {
    throw new RefusedError(
      'ALREADY_MEMBER',
      `${email} belongs to "${organizationId}" already. Change their role instead.`,
    );
  }
  if ((await tx.getInvitationOf(organizationId, email)) !== null) {
    throw new RefusedError(
      'ALREADY_INVITED',
      `${email} is invited to "${organizationId}" already. Make a new link for that invitation, or revoke it first.`,
    );
  }
  if ((await tx.countInvitations(organizationId)) < MAX_INVITATIONS) return;
  throw new RefusedError(
    'INVITATION_LIMIT_REACHED',
    `"${organizationId}" has ${MAX_INVITATIONS} invitations that nobody has used yet. Revoke those that are not wanted any more.`,
  );
}
