import type { OrganizationChanged, PatchOrganization } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, unchanged, type Context } from '../context.ts';
import type { OrganizationRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import {
  assertMayChangeOrganization,
  organizationNotFound,
  presentOrganization,
} from './organization-rules.ts';

/** Suspends, resumes or renames. Throws `RefusedError`: ORGANIZATION_NOT_FOUND, BUILT_IN, BEYOND_OWN_RIGHTS. */
export function patchOrganization(
  context: Context,
  caller: Caller,
  id: string,
  patch: PatchOrganization,
): Promise<OrganizationChanged> {
  assertMayChangeOrganization(caller, id);
  return commit(context, async (tx) => {
    const before = await tx.lockOrganization(id, 'write');
    if (before === null) throw organizationNotFound(id);
    const { name = before.name, suspended = before.suspended } = patch;
    if (name === before.name && suspended === before.suspended) {
      return unchanged({ organization: presentOrganization(before) });
    }
    const nowMs = context.clock.now();
    const after: OrganizationRecord = { ...before, name, suspended, updatedAt: nowMs };
    await tx.putOrganization(after);
    const organization = presentOrganization(after);
    const deed = {
      action: actionOf(before, after),
      target: auditTarget.organization(id),
      before: presentOrganization(before),
      after: organization,
    } as const;
    return mutation(caller, nowMs, deed, { organization });
  });
}

function actionOf(before: OrganizationRecord, after: OrganizationRecord): string {
  if (before.suspended === after.suspended) return 'organization.updated';
  return after.suspended ? 'organization.suspended' : 'organization.resumed';
}
