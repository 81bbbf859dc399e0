import {
  ROOT_ORGANIZATION_ID,
  type MemberChanged,
  type MemberParams,
  type PatchMember,
} from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, unchanged, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import { findPlaced, writeRole } from './member-places.ts';
import { assertMayGive, assertNotLast, holdMembers, memberNotFound } from './member-rules.ts';
import { presentMember } from './present-member.ts';

/**
 * Gives a member another role; it holds from their next request on. Throws `RefusedError`: ORGANIZATION_NOT_FOUND,
 * MEMBER_NOT_FOUND, BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT, LAST_OWNER, BUILT_IN.
 */
export function changeMember(
  context: Context,
  caller: Caller,
  { organizationId, userId }: MemberParams,
  { role }: PatchMember,
): Promise<MemberChanged> {
  return commitBatch(context, async (tx) => {
    const { authority } = await holdMembers(tx, caller, organizationId);
    const before = await findPlaced(tx, organizationId, userId);
    if (before === null) throw memberNotFound(organizationId, userId);
    if (organizationId === ROOT_ORGANIZATION_ID) throw onlyOperators();
    assertMayGive(authority, before.role);
    assertMayGive(authority, role);
    const after = presentMember(organizationId, { ...before, role });
    if (before.role === role) return unchanged({ member: after });
    await assertNotLast(tx, authority, organizationId, before.role);
    const nowMs = context.clock.now();
    await writeRole(tx, organizationId, userId, role, nowMs);
    const deed = {
      action: 'member.updated',
      target: auditTarget.member({ organizationId, userId }),
      before: { role: before.role },
      after: { role },
    };
    return recorded(caller, nowMs, deed, { member: after });
  });
}

const onlyOperators = () =>
  new RefusedError(
    'BUILT_IN',
    'The built-in organization has operators and nobody else. Remove who is to be one no longer.',
  );
