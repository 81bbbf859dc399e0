import type { MemberRole } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, unchanged, type Context } from '../context.ts';
import {
  assertMayNameOrganization,
  organizationNotFound,
} from '../organizations/organization-rules.ts';
import type { MemberRecord } from '../ports/account-store.ts';
import type { Caller } from '../scope.ts';

/** Makes a user a member, or gives them another role. Throws `RefusedError` ORGANIZATION_NOT_FOUND, BUILT_IN. */
export function putMember(
  context: Context,
  caller: Caller,
  { organizationId, userId, role }: Omit<MemberRecord, 'createdAt'>,
): Promise<{ readonly role: MemberRole }> {
  assertMayNameOrganization(caller, organizationId);
  return commitBatch(context, async (tx) => {
    const organization = await tx.lockOrganization(organizationId, 'read');
    if (organization === null) throw organizationNotFound(organizationId);
    const before = await tx.getMember(organizationId, userId);
    if (before?.role === role) return unchanged({ role });
    const nowMs = context.clock.now();
    const member = { organizationId, userId, role, createdAt: before?.createdAt ?? nowMs };
    await tx.putMember(member);
    const deed = {
      action: before === null ? 'member.added' : 'member.updated',
      target: auditTarget.member(member),
      before: before && { role: before.role },
      after: { role },
    };
    return recorded(caller, nowMs, deed, { role });
  });
}
