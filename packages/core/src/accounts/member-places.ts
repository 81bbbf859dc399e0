import { ROOT_ORGANIZATION_ID, type MemberRole, type Role } from '@claviger/contract';
import type { MemberEntry, UserRecord } from '../ports/account-store.ts';
import type { Transaction } from '../ports/committer.ts';

/*
 * Where it stands what somebody is in an organization. Operators are what the members of the built-in one
 * are: so they are listed, invited and removed as everybody else.
 */

interface RoleReader {
  getUser(id: string): Promise<UserRecord | null>;
  getMember(
    organizationId: string,
    userId: string,
  ): Promise<{ readonly role: MemberRole; readonly createdAt: number } | null>;
}

export interface Placed {
  readonly user: UserRecord;
  readonly role: Role;
  readonly createdAt: number;
}

/** Null: they are no member. */
export async function findPlaced(
  reader: RoleReader,
  organizationId: string,
  userId: string,
): Promise<Placed | null> {
  const user = await reader.getUser(userId);
  if (user === null) return null;
  if (organizationId === ROOT_ORGANIZATION_ID) return user.operator ? placedOperator(user) : null;
  const member = await reader.getMember(organizationId, userId);
  return member === null ? null : placedMember({ user, member });
}

export const placedOperator = (user: UserRecord): Placed => ({
  user,
  role: 'operator',
  createdAt: user.createdAt,
});

export const placedMember = ({
  user,
  member,
}: {
  readonly user: UserRecord;
  readonly member: Pick<MemberEntry['member'], 'role' | 'createdAt'>;
}): Placed => ({ user, role: member.role, createdAt: member.createdAt });

/** What counts when they act there: an operator is one everywhere. Null: nothing. */
export async function roleIn(
  reader: RoleReader,
  organizationId: string,
  userId: string,
): Promise<Role | null> {
  const user = await reader.getUser(userId);
  if (user?.operator === true) return 'operator';
  return (await findPlaced(reader, organizationId, userId))?.role ?? null;
}

/** The user is there. */
export async function writeRole(
  tx: Transaction,
  organizationId: string,
  userId: string,
  role: Role,
  nowMs: number,
): Promise<void> {
  if (role === 'operator') await tx.setOperator(userId, true);
  else await tx.putMember({ organizationId, userId, role, createdAt: nowMs });
}

export async function eraseRole(
  tx: Transaction,
  organizationId: string,
  userId: string,
): Promise<void> {
  if (organizationId === ROOT_ORGANIZATION_ID) await tx.setOperator(userId, false);
  else await tx.deleteMember(organizationId, userId);
}
