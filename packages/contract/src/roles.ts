import { rootPermissions, type RootPermission } from './root-permissions.ts';

/** What a person is in an organization. The operator of the installation is above them all and in none. */
export const memberRoles = ['owner', 'admin', 'developer', 'viewer'] as const;
export type MemberRole = (typeof memberRoles)[number];
/** From the one who stands above all others down. */
export const roles = ['operator', ...memberRoles] as const;
export type Role = (typeof roles)[number];

/** Who else is in the organization is no secret there: it is whom to ask for more. */
const READER = [
  'apis:read',
  'organizations:read',
  'resources:read',
  'keys:read',
  'members:read',
] as const;

/**
 * Nobody in an organization may change the organization itself: an owner could lift the suspension that
 * the platform has put on it.
 */
const ADMIN = [
  ...READER,
  'resources:write',
  'keys:write',
  'logs:read',
  'usage:read',
  'audit:read',
  'webhooks:read',
  'webhooks:write',
  'members:write',
] as const;

/**
 * The one table that says what a person who signed in may do, where their role holds. What tells owners from
 * admins is that nobody gives, changes or takes away a role above their own: see member-rules.ts in core.
 */
export const rolePermissions: Readonly<Record<Role, readonly RootPermission[]>> = {
  operator: rootPermissions.map(({ id }) => id),
  owner: ADMIN,
  admin: ADMIN,
  // Of keys, their own alone, and so of what is on record of keys.
  developer: [...READER, 'keys:write', 'logs:read', 'usage:read', 'audit:read'],
  viewer: [...READER, 'logs:read', 'usage:read'],
};
