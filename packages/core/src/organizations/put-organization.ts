import type { OrganizationChanged, PutOrganization } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, unchanged, type Context } from '../context.ts';
import type { OrganizationRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertMayNameOrganization, presentOrganization } from './organization-rules.ts';

/** Creates or renames; a suspended one stays so. Throws `RefusedError`: BUILT_IN, ORGANIZATION_NOT_FOUND for a caller bound to others. */
export function putOrganization(
  context: Context,
  caller: Caller,
  id: string,
  { name }: PutOrganization,
): Promise<OrganizationChanged> {
  assertMayNameOrganization(caller, id);
  return commit(context, async (tx) => {
    const before = await tx.lockOrganization(id, 'write');
    if (before?.name === name) return unchanged({ organization: presentOrganization(before) });
    const nowMs = context.clock.now();
    const fresh = { id, suspended: false, createdAt: nowMs };
    const after: OrganizationRecord = { ...(before ?? fresh), name, updatedAt: nowMs };
    await tx.putOrganization(after);
    const organization = presentOrganization(after);
    const deed = {
      action: before === null ? 'organization.created' : 'organization.updated',
      target: auditTarget.organization(id),
      before: before === null ? null : presentOrganization(before),
      after: organization,
    } as const;
    return mutation(caller, nowMs, deed, { organization });
  });
}
