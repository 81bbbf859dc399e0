import { ROOT_ORGANIZATION_ID, rolePermissions, roles, type Role } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import type { Transaction } from '../ports/committer.ts';
import type { OrganizationRecord } from '../ports/records.ts';
import { covers, encloses, EVERYWHERE, type Caller } from '../scope.ts';
import { roleIn } from './member-places.ts';

/** Higher is more. Whoever acts by a key, or on the machine, stands above all people. */
const rankOf = (role: Role): number => roles.length - roles.indexOf(role);
const ABOVE_ALL = roles.length + 1;

/** The one whose last holder stays: somebody has to be there who can let others in. */
const topRole = (organizationId: string): Role =>
  organizationId === ROOT_ORGANIZATION_ID ? 'operator' : 'owner';

/** What whoever asks may give and take in an organization, as of the commit that they ask for. */
export interface Authority {
  readonly rank: number;
  readonly permissions: readonly string[];
  readonly everywhere: boolean;
}

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, BEYOND_OWN_RIGHTS. */
export function assertMayReachMembers({ scope }: Caller, organizationId: string): void {
  if (!covers(scope, { organizationId })) throw organizationNotFound(organizationId);
  if (scope.apis !== null || scope.environments !== null) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      'Members reach the organization’s keys of all APIs and environments, and this root key is bound to some. Use one that is not.',
    );
  }
}

/**
 * Holds the organization against all others who change its members, and finds out what the caller may there.
 * Their role is read again: it may have changed since they were let in. Throws `RefusedError`:
 * ORGANIZATION_NOT_FOUND, BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT.
 */
export async function holdMembers(
  tx: Transaction,
  caller: Caller,
  organizationId: string,
): Promise<{ readonly organization: OrganizationRecord; readonly authority: Authority }> {
  assertMayReachMembers(caller, organizationId);
  const organization = await tx.lockOrganization(organizationId, 'write');
  if (organization === null) throw organizationNotFound(organizationId);
  return { organization, authority: await authorityOf(tx, caller, organizationId) };
}

async function authorityOf(
  tx: Transaction,
  { actor, permissions, scope }: Caller,
  organizationId: string,
): Promise<Authority> {
  if (actor.type !== 'user') {
    return { rank: ABOVE_ALL, permissions, everywhere: encloses(scope, EVERYWHERE) };
  }
  const role = await roleIn(tx, organizationId, actor.id);
  if (role === null) throw organizationNotFound(organizationId);
  if (!manages(role)) {
    throw new RefusedError(
      'ROLE_NOT_SUFFICIENT',
      `This asks for members:write, which the role ${role} does not hold.`,
    );
  }
  const everywhere = role === 'operator';
  return { rank: rankOf(role), permissions: rolePermissions[role], everywhere };
}

const manages = (role: Role): boolean => rolePermissions[role].includes('members:write');

/** Whether somebody with the one role may give the other, or take it. */
export const mayGive = (giver: Role, role: Role): boolean =>
  manages(giver) && rankOf(giver) >= rankOf(role);

/** The higher of the two. */
export const higherRole = (a: Role, b: Role): Role => (rankOf(a) >= rankOf(b) ? a : b);

/**
 * Nobody gives a role above their own, or takes it, and no root key one that may do more than it may itself:
 * it could become that otherwise. Throws `RefusedError` BEYOND_OWN_RIGHTS.
 */
export function assertMayGive({ rank, permissions, everywhere }: Authority, role: Role): void {
  if (rank < rankOf(role)) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      `The role ${role} stands above your own, so you can neither give it nor take it. Ask one who holds it.`,
    );
  }
  const missing = rolePermissions[role].filter((id) => !permissions.includes(id));
  if (missing.length === 0 && (everywhere || role !== 'operator')) return;
  const why =
    missing.length > 0
      ? `may do ${missing.join(', ')}, which the presented key may not`
      : 'reaches everywhere, and the presented key does not';
  throw new RefusedError('BEYOND_OWN_RIGHTS', `The role ${role} ${why}. Use a root key that does.`);
}

/** Only who stands above the last owner may take them away. Throws `RefusedError` LAST_OWNER. */
export async function assertNotLast(
  tx: Transaction,
  { rank }: Pick<Authority, 'rank'>,
  organizationId: string,
  role: Role,
): Promise<void> {
  const top = topRole(organizationId);
  if (role !== top || rank > rankOf(top)) return;
  const left =
    top === 'operator' ? await tx.countOperators() : await tx.countMembers(organizationId, 'owner');
  if (left > 1) return;
  throw new RefusedError(
    'LAST_OWNER',
    top === 'operator'
      ? 'This is the last operator, and nobody could let others in any more. Invite another first; a root key can do it anyway.'
      : `This is the last owner of "${organizationId}". Make somebody else an owner first; an operator or a root key can do it anyway.`,
  );
}

/** Of those who leave by themselves: what they hold now is what counts. */
export const ownAuthority = (role: Role): Pick<Authority, 'rank'> => ({ rank: rankOf(role) });

export function memberNotFound(organizationId: string, userId: string): RefusedError {
  return new RefusedError(
    'MEMBER_NOT_FOUND',
    `"${userId}" does not belong to "${organizationId}". GET /v1/organizations/${organizationId}/members lists those who do.`,
  );
}
