import { rolePermissions, type MemberRemoved } from '@claviger/contract';
import { commitBatch, recorded } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { BulkContext } from '../keys/bulk-keys.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import { EVERYWHERE, type Caller } from '../scope.ts';
import { eraseRole, findPlaced } from './member-places.ts';
import { assertNotLast, ownAuthority } from './member-rules.ts';
import { removalAnswer, removalDeed, revokeKeysOf, type Removal } from './remove-member.ts';

/** Whoever is signed in leaves. Throws `RefusedError`: ORGANIZATION_NOT_FOUND, ROLE_NOT_SUFFICIENT, LAST_OWNER. */
export async function leaveOrganization(
  context: BulkContext,
  caller: Caller,
  organizationId: string,
  { revokeKeys }: Removal,
): Promise<MemberRemoved> {
  const userId = caller.actor.id;
  const { permissions } = await commitBatch(context, async (tx) => {
    const organization = await tx.lockOrganization(organizationId, 'write');
    const before = organization && (await findPlaced(tx, organizationId, userId));
    if (before === null) throw organizationNotFound(organizationId);
    const held = rolePermissions[before.role];
    if (revokeKeys && !held.includes('keys:write')) throw mayNotRevoke();
    await assertNotLast(tx, ownAuthority(before.role), organizationId, before.role);
    await eraseRole(tx, organizationId, userId);
    const deed = removalDeed(organizationId, before);
    return recorded(caller, context.clock.now(), deed, { permissions: held });
  });
  if (!revokeKeys) return removalAnswer(context, { organizationId, userId }, 0);
  const scope = { ...EVERYWHERE, organizations: [organizationId], owners: [userId] };
  const asMember = { ...caller, permissions, scope };
  const revokedKeys = await revokeKeysOf(context, asMember, { organizationId, userId });
  return removalAnswer(context, { organizationId, userId }, revokedKeys);
}

const mayNotRevoke = () =>
  new RefusedError(
    'ROLE_NOT_SUFFICIENT',
    'Your role cannot revoke keys. Leave without, and ask an admin to revoke yours.',
  );
