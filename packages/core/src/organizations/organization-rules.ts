import { ROOT_ORGANIZATION_ID, type Organization } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import type { OrganizationRecord } from '../ports/records.ts';
import { covers, type Caller } from '../scope.ts';
import { isoTime } from '../times.ts';

export function presentOrganization(record: OrganizationRecord): Organization {
  const { id, name, suspended, createdAt, updatedAt } = record;
  return { id, name, suspended, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}

export function organizationNotFound(id: string): RefusedError {
  return new RefusedError(
    'ORGANIZATION_NOT_FOUND',
    `There is no organization "${id}" here. Create it with PUT /v1/organizations/${id}, or correct the id.`,
  );
}

export function assertMayNameOrganization({ scope }: Caller, id: string): void {
  if (id === ROOT_ORGANIZATION_ID) {
    throw new RefusedError(
      'BUILT_IN',
      `The organization "${id}" is built in and cannot be changed or deleted.`,
    );
  }
  if (!covers(scope, { organizationId: id })) throw organizationNotFound(id);
}

/** Suspending or deleting reaches the organization's keys of every API and environment. */
export function assertMayChangeOrganization(caller: Caller, id: string): void {
  assertMayNameOrganization(caller, id);
  if (caller.scope.apis !== null || caller.scope.environments !== null) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      'This reaches the organization’s keys of all APIs and environments, and this root key is bound to some. Use one that is not.',
    );
  }
}
