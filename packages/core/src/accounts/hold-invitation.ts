import type { InvitationParams } from '@claviger/contract';
import type { InvitationRecord } from '../ports/account-store.ts';
import type { Transaction } from '../ports/committer.ts';
import type { OrganizationRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { invitationNotFound } from './invitation-rules.ts';
import { assertMayGive, holdMembers } from './member-rules.ts';

/** An invitation that the caller may change, against all others. Throws `RefusedError` as `holdMembers`, INVITATION_NOT_FOUND. */
export async function holdInvitation(
  tx: Transaction,
  caller: Caller,
  { organizationId, invitationId }: InvitationParams,
): Promise<{ readonly organization: OrganizationRecord; readonly invitation: InvitationRecord }> {
  const { organization, authority } = await holdMembers(tx, caller, organizationId);
  const invitation = await tx.getInvitation(invitationId);
  if (invitation?.organizationId !== organizationId) {
    throw invitationNotFound(organizationId, invitationId);
  }
  assertMayGive(authority, invitation.role);
  return { organization, invitation };
}
