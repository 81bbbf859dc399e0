import type { List, ListResources, Resource, ResourceTypeParams } from '@claviger/contract';
import type { Context } from '../context.ts';
import { getOrganization } from '../organizations/read-organizations.ts';
import { readPage } from '../pages.ts';
import type { ResourceId } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { presentResource, resourceNotFound } from './resource-rules.ts';

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, RESOURCE_NOT_FOUND. */
export async function getResource(
  context: Context,
  caller: Caller,
  which: ResourceId,
): Promise<Resource> {
  await getOrganization(context, caller, which.organizationId);
  const resource = await context.storage.resources.get(which);
  if (resource === null) throw resourceNotFound(which);
  return presentResource(resource);
}

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, INVALID_REQUEST for a foreign cursor. */
export async function listResources(
  context: Context,
  caller: Caller,
  { organizationId, type }: ResourceTypeParams,
  request: ListResources,
): Promise<List<Resource>> {
  await getOrganization(context, caller, organizationId);
  const text = request.q ?? null;
  return readPage(
    request,
    { name: 'resources', by: 'number' },
    (after, limit) => context.storage.resources.list({ organizationId, type, text, after, limit }),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    presentResource,
  );
}
