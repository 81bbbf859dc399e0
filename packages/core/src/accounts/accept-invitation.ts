import type { InvitationAccepted, User } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context, type Deed } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { InvitationRecord, UserRecord } from '../ports/account-store.ts';
import type { Mutation, Transaction } from '../ports/committer.ts';
import { invitationNotValid, isStillGiven, presentInvitation } from './invitation-rules.ts';
import { findPlaced, writeRole } from './member-places.ts';
import { higherRole } from './member-rules.ts';
import { newUser, presentUser } from './new-user.ts';
import { findOpenInvitation } from './read-invitations.ts';
import { callerOf, type Stranger } from './stranger.ts';

/** Somebody signed in joins. Throws `RefusedError`: INVITATION_NOT_VALID, INVITED_BY_ANOTHER_EMAIL. */
export async function joinByInvitation(
  context: Context,
  stranger: Stranger,
  userId: string,
  token: string,
): Promise<InvitationAccepted> {
  const found = await findOpenInvitation(context, token);
  return commitBatch(context, async (tx) => {
    const nowMs = context.clock.now();
    const user = await tx.getUser(userId);
    if (user?.email !== found.email) throw invitedByAnotherEmail(user, found);
    const invitation = await take(tx, found, nowMs);
    return joined(tx, { invitation, user, nowMs, stranger }, []);
  });
}

/** Somebody without an account makes one and joins. Throws `RefusedError`: INVITATION_NOT_VALID, SIGN_IN_REQUIRED. */
export async function signUpByInvitation(
  context: Context,
  stranger: Stranger,
  token: string,
  { name, passwordHash }: { readonly name: string; readonly passwordHash: string },
): Promise<InvitationAccepted> {
  const found = await findOpenInvitation(context, token);
  return commitBatch(context, async (tx) => {
    const nowMs = context.clock.now();
    const invitation = await take(tx, found, nowMs);
    const { email } = invitation;
    if ((await tx.findUserByEmail(email)) !== null) throw accountExists(email);
    const user = newUser({ email, name, operator: false, lastSignInAt: nowMs }, nowMs);
    await tx.insertUser({ ...user, passwordHash });
    const created = { action: 'user.created', before: null, after: presentUser(user) };
    return joined(tx, { invitation, user, nowMs, stranger }, [
      { ...created, target: auditTarget.user(user.id) },
    ]);
  });
}

/** Uses it up. Of two that do so at once, the second finds nothing, and so does one who comes after it was revoked. */
async function take(
  tx: Transaction,
  { id, organizationId, tokenHash }: InvitationRecord,
  nowMs: number,
): Promise<InvitationRecord> {
  if ((await tx.lockOrganization(organizationId, 'write')) === null) throw invitationNotValid();
  const invitation = await tx.getInvitation(id);
  if (invitation?.tokenHash !== tokenHash || invitation.expiresAt <= nowMs) {
    throw invitationNotValid();
  }
  if (!(await isStillGiven(tx, invitation))) throw invitationNotValid();
  await tx.deleteInvitation(id);
  return invitation;
}

interface Joining {
  readonly invitation: InvitationRecord;
  readonly user: UserRecord;
  readonly nowMs: number;
  readonly stranger: Stranger;
}

/** An invitation takes nothing away from who became a member in the meantime. */
async function joined(
  tx: Transaction,
  { invitation, user, nowMs, stranger }: Joining,
  before: readonly Deed[],
): Promise<Mutation<InvitationAccepted>> {
  const { organizationId } = invitation;
  const was = await findPlaced(tx, organizationId, user.id);
  const role = was === null ? invitation.role : higherRole(was.role, invitation.role);
  await writeRole(tx, organizationId, user.id, role, nowMs);
  const deeds: Deed[] = [
    ...before,
    {
      action: 'invitation.accepted',
      target: auditTarget.invitation(invitation),
      before: presentInvitation(invitation, { nowMs, given: true }),
      after: null,
    },
  ];
  if (was?.role !== role) {
    deeds.push({
      action: was === null ? 'member.added' : 'member.updated',
      target: auditTarget.member({ organizationId, userId: user.id }),
      before: was && { role: was.role },
      after: { role },
    });
  }
  const caller = callerOf(stranger, user.id);
  const shown: User = presentUser({ ...user, operator: user.operator || role === 'operator' });
  const events = deeds.flatMap((deed) => recorded(caller, nowMs, deed, null).events);
  return { result: { user: shown, organizationId, role }, events, changes: [] };
}

export const accountExists = (email: string): RefusedError =>
  new RefusedError(
    'SIGN_IN_REQUIRED',
    `There is an account with the e-mail ${email} already. Sign in with it, then open the link again.`,
  );

const invitedByAnotherEmail = (user: UserRecord | null, { email }: InvitationRecord) =>
  new RefusedError(
    'INVITED_BY_ANOTHER_EMAIL',
    `The invitation is for ${email}, and you are signed in as ${user?.email ?? 'somebody else'}. Sign out and open the link again.`,
  );
