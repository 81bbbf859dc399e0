import type { PutResource, ResourcePut } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, unchanged, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import type { Transaction } from '../ports/committer.ts';
import type { ResourceId, ResourceRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertMayNameResources, MAX_RESOURCES, presentResource } from './resource-rules.ts';

/**
 * Names a resource, or renames it. No verification uses the name, so there is nothing to wait for. Throws `RefusedError`:
 * ORGANIZATION_NOT_FOUND, BUILT_IN, BEYOND_OWN_RIGHTS, RESOURCE_LIMIT_REACHED.
 */
export function putResource(
  context: Context,
  caller: Caller,
  { organizationId, type, id }: ResourceId,
  { name }: PutResource,
): Promise<ResourcePut> {
  assertMayNameResources(caller, organizationId);
  return commitBatch(context, async (tx) => {
    // For writing: the resources of an organization are counted by one writer at a time.
    const organization = await tx.lockOrganization(organizationId, 'write');
    if (organization === null) throw organizationNotFound(organizationId);
    const before = await tx.getResource({ organizationId, type, id });
    if (before?.name === name) return unchanged({ resource: presentResource(before) });
    if (before === null) await assertRoom(tx, organizationId, type);
    const nowMs = context.clock.now();
    const fresh = { organizationId, type, id, createdAt: nowMs };
    const after: ResourceRecord = { ...(before ?? fresh), name, updatedAt: nowMs };
    await tx.putResource(after);
    const resource = presentResource(after);
    const deed = {
      action: before === null ? 'resource.created' : 'resource.renamed',
      target: auditTarget.resource(after),
      before: before === null ? null : presentResource(before),
      after: resource,
    } as const;
    return recorded(caller, nowMs, deed, { resource });
  });
}

async function assertRoom(tx: Transaction, organizationId: string, type: string): Promise<void> {
  const count = await tx.countResources(organizationId, type);
  if (count < MAX_RESOURCES) return;
  throw new RefusedError(
    'RESOURCE_LIMIT_REACHED',
    `"${organizationId}" has ${count} named resources of the type "${type}", and no more can be named. Delete one that is no longer used; keys can be scoped to resources without a name.`,
  );
}
