import type { MemberParams, MemberRemoved } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import {
  commitBatch,
  effectiveNow,
  recorded,
  unchanged,
  type Context,
  type Deed,
} from '../context.ts';
import { RefusedError } from '../errors.ts';
import { bulkKeys, type BulkContext } from '../keys/bulk-keys.ts';
import type { Caller } from '../scope.ts';
import { eraseRole, findPlaced, type Placed } from './member-places.ts';
import { assertMayGive, assertNotLast, holdMembers, memberNotFound } from './member-rules.ts';

export interface Removal {
  /** The keys of the organization that are theirs, too. */
  readonly revokeKeys: boolean;
}

/**
 * Ends a membership; the next request of whoever it was is refused. Their keys are revoked after it, so that none
 * can be made meanwhile. If that breaks off, the same call does the rest, although they are no member any more.
 * Throws `RefusedError`: ORGANIZATION_NOT_FOUND, MEMBER_NOT_FOUND, BEYOND_OWN_RIGHTS, ROLE_NOT_SUFFICIENT, LAST_OWNER.
 */
export async function removeMember(
  context: BulkContext,
  caller: Caller,
  { organizationId, userId }: MemberParams,
  { revokeKeys }: Removal,
): Promise<MemberRemoved> {
  if (revokeKeys) assertMayRevoke(caller);
  const { found } = await commitBatch(context, async (tx) => {
    const { authority } = await holdMembers(tx, caller, organizationId);
    const before = await findPlaced(tx, organizationId, userId);
    if (before === null) return unchanged({ found: false });
    assertMayGive(authority, before.role);
    await assertNotLast(tx, authority, organizationId, before.role);
    await eraseRole(tx, organizationId, userId);
    const deed = removalDeed(organizationId, before);
    return recorded(caller, context.clock.now(), deed, { found: true });
  });
  const revokedKeys = revokeKeys
    ? await revokeKeysOf(context, caller, { organizationId, userId })
    : 0;
  if (!found && revokedKeys === 0) throw memberNotFound(organizationId, userId);
  return removalAnswer(context, { organizationId, userId }, revokedKeys);
}

export const removalDeed = (organizationId: string, { user, role }: Placed): Deed => ({
  action: 'member.removed',
  target: auditTarget.member({ organizationId, userId: user.id }),
  before: { role },
  after: null,
});

export const removalAnswer = (
  context: Context,
  { organizationId, userId }: MemberParams,
  revokedKeys: number,
): MemberRemoved => ({
  organizationId,
  userId,
  removed: true,
  revokedKeys,
  effective: effectiveNow(context),
});

/** How many there were. Each is a change of its own in the feed, and forgotten when this resolves. */
export async function revokeKeysOf(
  context: BulkContext,
  caller: Caller,
  { organizationId, userId }: MemberParams,
): Promise<number> {
  const { changed } = await bulkKeys(context, caller, {
    action: 'revoke',
    filter: { organizationId, ownerId: userId },
    dryRun: false,
    reason: 'Its owner does not belong to the organization any more.',
  });
  return changed;
}

function assertMayRevoke({ permissions }: Caller): void {
  if (permissions.includes('keys:write')) return;
  throw new RefusedError(
    'BEYOND_OWN_RIGHTS',
    'Revoking their keys asks for keys:write, which the presented key does not hold. Remove them without, or use a root key that holds it.',
  );
}
