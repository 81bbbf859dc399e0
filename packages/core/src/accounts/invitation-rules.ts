import { ROOT_ORGANIZATION_ID, type Invitation, type Role } from '@claviger/contract';
import { InvalidRequestError, RefusedError } from '../errors.ts';
import type { InvitationRecord } from '../ports/account-store.ts';
import { DAY_MS, isoTime } from '../times.ts';
import { roleIn } from './member-places.ts';
import { mayGive } from './member-rules.ts';

/** Long enough for a holiday weekend, short enough that a forgotten mail opens nothing. */
export const INVITATION_MS = 7 * DAY_MS;

/** Of one organization: more than anyone invites at once, and few enough to be looked through. */
export const MAX_INVITATIONS = 1_000;

/** Expired ones are shown that long, so that they can be sent again. */
export const EXPIRED_SHOWN_MS = 30 * DAY_MS;

type RoleReader = Parameters<typeof roleIn>[0];

/** An invitation is worth what whoever made its link may still give: they know it, too. */
export async function isStillGiven(
  reader: RoleReader,
  { createdBy, organizationId, role }: InvitationRecord,
): Promise<boolean> {
  if (createdBy.type !== 'user') return true;
  const giver = await roleIn(reader, organizationId, createdBy.id);
  return giver !== null && mayGive(giver, role);
}

export function presentInvitation(
  { id, organizationId, email, role, createdAt, createdBy, expiresAt }: InvitationRecord,
  { nowMs, given }: { readonly nowMs: number; readonly given: boolean },
): Invitation {
  const living = given ? 'open' : 'void';
  return {
    id,
    organizationId,
    email,
    role,
    status: expiresAt <= nowMs ? 'expired' : living,
    createdAt: isoTime(createdAt),
    createdBy,
    expiresAt: isoTime(expiresAt),
  };
}

/** Operators belong to the built-in organization, and nobody else does. Throws `InvalidRequestError`. */
export function assertRoleFits(organizationId: string, role: Role): void {
  if ((organizationId === ROOT_ORGANIZATION_ID) === (role === 'operator')) return;
  const message =
    role === 'operator'
      ? `can be operator in the organization "${ROOT_ORGANIZATION_ID}" alone`
      : `must be operator: "${ROOT_ORGANIZATION_ID}" is the installation itself`;
  throw new InvalidRequestError([{ pointer: '/role', message }]);
}

export const invitationNotFound = (organizationId: string, id: string): RefusedError =>
  new RefusedError(
    'INVITATION_NOT_FOUND',
    `"${organizationId}" has no open invitation "${id}". GET /v1/organizations/${organizationId}/invitations lists those that are open.`,
  );

/** One answer for all of it: a stranger with a guess learns nothing. */
export const invitationNotValid = (): RefusedError =>
  new RefusedError(
    'INVITATION_NOT_VALID',
    'This invitation is not valid any more: it was used, revoked, replaced by a newer link, or is over. Ask whoever invited you for a new link.',
  );
