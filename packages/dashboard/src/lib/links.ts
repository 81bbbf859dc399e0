/** Settings → API keys of an organization. */
export const linkToKeys = (organizationId: string) =>
  ({ to: '/org/$organizationId/settings/api-keys', params: { organizationId } }) as const;

/** Settings → Members of an organization. */
export const linkToMembers = (organizationId: string) =>
  ({ to: '/org/$organizationId/settings/members', params: { organizationId } }) as const;
