import type { Resource } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import { assertMayNameOrganization } from '../organizations/organization-rules.ts';
import type { ResourceId, ResourceRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { isoTime } from '../times.ts';

/** Of one type in one organization: a directory that people look things up in, not a copy of the platform's database. */
export const MAX_RESOURCES = 10_000;

export function presentResource(record: ResourceRecord): Resource {
  const { organizationId, type, id, name, createdAt, updatedAt } = record;
  const times = { createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
  return { organizationId, type, id, name, ...times };
}

export function resourceNotFound({ organizationId, type, id }: ResourceId): RefusedError {
  return new RefusedError(
    'RESOURCE_NOT_FOUND',
    `"${organizationId}" has no ${type} named under the id "${id}". GET /v1/organizations/${organizationId}/resources/${type} lists those it has.`,
  );
}

/** The directory is one for all APIs and environments of the organization. Throws `RefusedError`. */
export function assertMayNameResources(caller: Caller, organizationId: string): void {
  assertMayNameOrganization(caller, organizationId);
  if (caller.scope.apis !== null || caller.scope.environments !== null) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      'The names of an organization’s resources are shared by all APIs and environments, and this root key is bound to some. Use one that is not.',
    );
  }
}
