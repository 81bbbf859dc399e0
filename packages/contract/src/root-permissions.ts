/** The catalog of the built-in API `claviger`: what a root key may be allowed to do. */
export const rootPermissions = [
  { id: 'apis:read', name: 'Read APIs', access: 'read' },
  { id: 'apis:write', name: 'Define and delete APIs', access: 'write' },
  { id: 'organizations:read', name: 'Read organizations', access: 'read' },
  { id: 'organizations:write', name: 'Create, suspend and delete organizations', access: 'write' },
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

/** The id of the built-in API that root keys belong to, and of the built-in organization that owns them. */
export const ROOT_API_ID = 'claviger';
export const ROOT_ORGANIZATION_ID = 'claviger';
