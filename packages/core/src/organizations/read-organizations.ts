import type { List, ListOrganizations, Organization } from '@claviger/contract';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
import { covers, type Caller } from '../scope.ts';
import { organizationNotFound, presentOrganization } from './organization-rules.ts';

/** Throws `RefusedError` ORGANIZATION_NOT_FOUND. */
export async function getOrganization(
  { storage }: Context,
  { scope }: Caller,
  id: string,
): Promise<Organization> {
  const visible = covers(scope, { organizationId: id });
  const organization = visible ? await storage.keys.getOrganization(id) : null;
  if (organization === null) throw organizationNotFound(id);
  return presentOrganization(organization);
}

export function listOrganizations(
  { storage }: Context,
  { scope }: Caller,
  request: ListOrganizations,
): Promise<List<Organization>> {
  const text = request.q ?? null;
  return readPage(
    request,
    { name: 'organizations', by: 'number' },
    (after, limit) =>
      storage.keys.listOrganizations({ ids: scope.organizations, text, after, limit }),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    presentOrganization,
  );
}
