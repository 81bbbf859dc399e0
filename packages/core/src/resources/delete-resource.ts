import type { ResourceDeleted } from '@claviger/contract';
import { andMore } from '../and-more.ts';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import type { Holders } from '../ports/committer.ts';
import type { ResourceId } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertMayNameResources, presentResource, resourceNotFound } from './resource-rules.ts';

/**
 * Takes a resource out of the directory. Throws `RefusedError`: ORGANIZATION_NOT_FOUND, RESOURCE_NOT_FOUND, BUILT_IN,
 * BEYOND_OWN_RIGHTS, STILL_IN_USE while keys that are not finally revoked are scoped to it.
 */
export function deleteResource(
  context: Context,
  caller: Caller,
  { organizationId, type, id }: ResourceId,
): Promise<ResourceDeleted> {
  const which = { organizationId, type, id };
  assertMayNameResources(caller, organizationId);
  return commitBatch(context, async (tx) => {
    const organization = await tx.lockOrganization(organizationId, 'write');
    if (organization === null) throw organizationNotFound(organizationId);
    const before = await tx.getResource(which);
    if (before === null) throw resourceNotFound(which);
    assertUnused(which, await tx.resourceHolders(which));
    await tx.deleteResource(which);
    const deed = {
      action: 'resource.deleted',
      target: auditTarget.resource(which),
      before: presentResource(before),
      after: null,
    } as const;
    return recorded(caller, context.clock.now(), deed, { ...which, deleted: true as const });
  });
}

function assertUnused(
  { organizationId, type, id }: ResourceId,
  { count, examples }: Holders,
): void {
  if (count === 0) return;
  throw new RefusedError(
    'STILL_IN_USE',
    `${count === 1 ? '1 key is' : `${count} keys are`} scoped to the ${type} "${id}": ${andMore(examples, count)}. Change or revoke them first: GET /v1/keys?organizationId=${organizationId}&resource=${type}:${id} lists them.`,
  );
}
