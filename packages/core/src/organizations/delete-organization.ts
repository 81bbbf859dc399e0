import type { Deleted } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import {
  assertMayChangeOrganization,
  organizationNotFound,
  presentOrganization,
} from './organization-rules.ts';

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, BUILT_IN, BEYOND_OWN_RIGHTS, STILL_IN_USE while it has keys. */
export function deleteOrganization(context: Context, caller: Caller, id: string): Promise<Deleted> {
  assertMayChangeOrganization(caller, id);
  return commit(context, async (tx) => {
    const before = await tx.lockOrganization(id, 'write');
    if (before === null) throw organizationNotFound(id);
    const keys = await tx.countKeys({ organizationId: id, withRevoked: true });
    if (keys > 0) {
      throw new RefusedError(
        'STILL_IN_USE',
        `The organization "${id}" has ${keys === 1 ? '1 key' : `${keys} keys`}, revoked ones included. Delete them first: GET /v1/keys?organizationId=${id} lists them.`,
      );
    }
    await tx.deleteOrganization(id);
    const deed = {
      action: 'organization.deleted',
      target: auditTarget.organization(id),
      before: presentOrganization(before),
      after: null,
    } as const;
    return mutation(caller, context.clock.now(), deed, { id, deleted: true as const });
  });
}
