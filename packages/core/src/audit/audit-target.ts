import { ROOT_API_ID, type AuditTargetType } from '@claviger/contract';
import type { InvitationRecord, MemberRecord } from '../ports/account-store.ts';
import type { KeyRecord, ResourceId } from '../ports/records.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import { resourcePath } from '../resources/resource-path.ts';

/**
 * What an audit event is about, and where that is: whoever may look only at some APIs, organizations or
 * environments is shown the events of these. Members that do not apply are left out, and so not hashed.
 */
export interface AuditTarget {
  readonly type: AuditTargetType;
  /** Of a resource: `acme/customer/cus_1`. */
  readonly id: string;
  readonly apiId?: string;
  readonly organizationId?: string;
  readonly environment?: string;
}

/** The one place that says where each kind of thing is. */
export const auditTarget = {
  api: (id: string) => ({ type: 'api', id, apiId: id }) as const,
  organization: (id: string) => ({ type: 'organization', id, organizationId: id }) as const,
  resource: (resource: ResourceId) =>
    ({
      type: 'resource',
      id: resourcePath(resource),
      organizationId: resource.organizationId,
    }) as const,
  /** The environment of a root key says nothing: what it may reach is in its resources. */
  key: ({ id, apiId, organizationId, environment }: KeyRecord) =>
    ({
      type: 'key',
      id,
      apiId,
      organizationId,
      ...(apiId !== ROOT_API_ID && { environment }),
    }) as const,
  user: (id: string) => ({ type: 'user', id }) as const,
  /** What somebody is in an organization is the organization's business. */
  member: ({ userId, organizationId }: Pick<MemberRecord, 'userId' | 'organizationId'>) =>
    ({ type: 'user', id: userId, organizationId }) as const,
  invitation: ({ id, organizationId }: InvitationRecord) =>
    ({ type: 'invitation', id, organizationId }) as const,
  webhook: ({ id, apiId, organizationId, environment }: WebhookRecord) =>
    ({
      type: 'webhook',
      id,
      ...(apiId !== null && { apiId }),
      ...(organizationId !== null && { organizationId }),
      ...(environment !== null && { environment }),
    }) as const,
} satisfies Record<string, (of: never) => AuditTarget>;
