/** The catalog of the built-in API `claviger`: what a root key may be allowed to do. */
export const rootPermissions = [
  { id: 'apis:read', name: 'Read APIs', access: 'read' },
  { id: 'apis:write', name: 'Define and delete APIs', access: 'write' },
  { id: 'organizations:read', name: 'Read organizations', access: 'read' },
  { id: 'organizations:write', name: 'Create, suspend and delete organizations', access: 'write' },
  { id: 'resources:read', name: 'Read the named resources of organizations', access: 'read' },
  { id: 'resources:write', name: 'Name resources of organizations', access: 'write' },
  { id: 'keys:read', name: 'Read keys', access: 'read' },
  { id: 'keys:write', name: 'Issue, change, rotate, revoke and delete keys', access: 'write' },
  { id: 'keys:verify', name: 'Verify keys', access: 'read' },
  { id: 'logs:read', name: 'Read request logs and insights', access: 'read' },
  { id: 'logs:write', name: 'Complete request logs', access: 'write' },
  { id: 'usage:read', name: 'Read usage counts', access: 'read' },
  { id: 'audit:read', name: 'Read the audit log', access: 'read' },
  { id: 'webhooks:read', name: 'Read webhooks and their deliveries', access: 'read' },
  { id: 'webhooks:write', name: 'Manage webhooks and send notices again', access: 'write' },
  { id: 'members:read', name: 'Read the members of organizations', access: 'read' },
  { id: 'members:write', name: 'Invite people, change and remove members', access: 'write' },
] as const;

export type RootPermission = (typeof rootPermissions)[number]['id'];

/** What came out of another permission is held by whoever holds that one: their keys go on working. */
const heldWith: Partial<Record<RootPermission, RootPermission>> = {
  'resources:read': 'organizations:read',
  'resources:write': 'organizations:write',
};

/** Any one of these is enough where the permission is asked for; itself comes first. */
export function sufficient(permission: RootPermission): readonly RootPermission[] {
  const wider = heldWith[permission];
  return wider === undefined ? [permission] : [permission, wider];
}

export const suffices = (held: readonly string[], permission: RootPermission): boolean =>
  sufficient(permission).some((id) => held.includes(id));

/** The id of the built-in API that root keys belong to, and of the built-in organization that owns them. */
export const ROOT_API_ID = 'claviger';
export const ROOT_ORGANIZATION_ID = 'claviger';
