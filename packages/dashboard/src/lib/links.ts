/** Settings → API keys of an organization. */
export const linkToKeys = (organizationId: string) =>
  ({ to: '/org/$organizationId/settings/api-keys', params: { organizationId } }) as const;
