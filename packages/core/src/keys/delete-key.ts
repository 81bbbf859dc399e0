import type { Deleted } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import type { Mutation } from '../ports/committer.ts';
import type { Caller } from '../scope.ts';
import { forAudit, holdKey, type HeldKey } from './change-key.ts';

/** Removes the key and its secrets; audit events and usage counts stay. Throws `RefusedError`: KEY_NOT_FOUND, BEYOND_OWN_RIGHTS. */
export function deleteKey(context: Context, caller: Caller, keyId: string): Promise<Deleted> {
  return commit(context, async (tx) => {
    const held = await holdKey(tx, caller, keyId, context.clock.now());
    return applyDeletion(held, caller);
  });
}

/** Removes a key that is held, and records what it was. */
export async function applyDeletion(
  { tx, found, nowMs }: HeldKey,
  caller: Caller,
): Promise<Mutation<{ id: string; deleted: true }>> {
  const { id } = found.key;
  await tx.deleteKey(id);
  const deed = {
    action: 'key.deleted',
    target: auditTarget.key(found.key),
    before: forAudit(found, nowMs),
    after: null,
  } as const;
  return mutation(caller, nowMs, deed, { id, deleted: true as const });
}
