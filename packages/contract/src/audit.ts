/** What an audit event can be about. Whoever records another kind of thing adds it here. */
export const auditTargetTypes = ['key', 'organization', 'api', 'resource', 'webhook'] as const;
export type AuditTargetType = (typeof auditTargetTypes)[number];
