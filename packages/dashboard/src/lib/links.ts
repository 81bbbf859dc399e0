/** The keys that are scoped to a resource. */
export const linkToScopedKeys = (organizationId: string, type: string, id: string) =>
  ({ ...linkToKeys(organizationId), search: { resource: `${type}:${id}` } }) as const;

/** Settings → API keys of an organization. */
export const linkToKeys = (organizationId: string) =>
  ({ to: '/org/$organizationId/settings/api-keys', params: { organizationId } }) as const;

/** Settings → Members of an organization. */
export const linkToMembers = (organizationId: string) =>
  ({ to: '/org/$organizationId/settings/members', params: { organizationId } }) as const;
