import type { memberRoles, Role, Session } from '@claviger/contract';

// A type alone comes from the contract: its schemas would come along with a value.
const ROLES: typeof memberRoles = ['owner', 'admin', 'developer', 'viewer'];

/** Claviger's own organization: its members are the operators. */
export const INSTALLATION = 'claviger';

/** What somebody is there; null: nothing. */
export function roleIn(session: Session, organizationId: string): Role | null {
  if (session.user.operator) return 'operator';
  const found = session.memberships.find((each) => each.organizationId === organizationId);
  return found?.role ?? null;
}

/** Those that somebody may give and take there: none above their own. */
export function rolesWithin(session: Session, organizationId: string): readonly Role[] {
  const own = roleIn(session, organizationId);
  if (own === null) return [];
  if (organizationId === INSTALLATION) return ['operator'];
  return own === 'operator' ? ROLES : ROLES.slice(ROLES.indexOf(own));
}
