import type { Invitation, InvitationPreview, List, ListInvitations } from '@claviger/contract';
import type { Context } from '../context.ts';
import { getOrganization } from '../organizations/read-organizations.ts';
import { readPage } from '../pages.ts';
import type { InvitationRecord } from '../ports/account-store.ts';
import type { Caller } from '../scope.ts';
import { isoTime } from '../times.ts';
import { invitationNotValid, isStillGiven, presentInvitation } from './invitation-rules.ts';
import { hashOfLinkToken } from './link-token.ts';
import { assertMayReachMembers } from './member-rules.ts';

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, BEYOND_OWN_RIGHTS, INVALID_REQUEST for a foreign cursor. */
export async function listInvitations(
  context: Context,
  caller: Caller,
  organizationId: string,
  request: ListInvitations,
): Promise<List<Invitation>> {
  assertMayReachMembers(caller, organizationId);
  await getOrganization(context, caller, organizationId);
  const { accounts } = context.storage;
  const { data, nextCursor } = await readPage(
    request,
    { name: 'invitations', by: 'number' },
    (after, limit) => accounts.listInvitations(organizationId, after, limit),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    (invitation) => invitation,
  );
  const nowMs = context.clock.now();
  const presented: Invitation[] = [];
  for (const invitation of data) {
    const given = await isStillGiven(accounts, invitation);
    presented.push(presentInvitation(invitation, { nowMs, given }));
  }
  return { data: presented, nextCursor };
}

/** The one that the token opens as of now. Throws `RefusedError` INVITATION_NOT_VALID. */
export async function findOpenInvitation(
  { storage: { accounts }, clock }: Context,
  token: string,
): Promise<InvitationRecord> {
  const invitation = await accounts.findInvitation(hashOfLinkToken(token));
  if (invitation === null || invitation.expiresAt <= clock.now()) throw invitationNotValid();
  if (!(await isStillGiven(accounts, invitation))) throw invitationNotValid();
  return invitation;
}

/** What it is for, to whoever holds its token. Throws `RefusedError` INVITATION_NOT_VALID. */
export async function previewInvitation(
  context: Context,
  token: string,
): Promise<InvitationPreview> {
  const { accounts, keys } = context.storage;
  const invitation = await findOpenInvitation(context, token);
  const { organizationId, email, role, createdBy, expiresAt } = invitation;
  const organization = await keys.getOrganization(organizationId);
  if (organization === null) throw invitationNotValid();
  const inviter = createdBy.type === 'user' ? await accounts.getUser(createdBy.id) : null;
  return {
    organizationId,
    organizationName: organization.name,
    email,
    role,
    invitedBy: inviter?.name ?? null,
    expiresAt: isoTime(expiresAt),
    hasAccount: (await accounts.findUserByEmail(email)) !== null,
  };
}
