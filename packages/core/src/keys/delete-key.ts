import type { Deleted } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { forAudit, holdKey } from './change-key.ts';

/** Removes the key and its secrets; audit events and usage counts stay. Throws `RefusedError`: KEY_NOT_FOUND, BEYOND_OWN_RIGHTS. */
export function deleteKey(context: Context, caller: Caller, keyId: string): Promise<Deleted> {
  return commit(context, async (tx) => {
    const { found, nowMs } = await holdKey(tx, caller, keyId, context.clock.now());
    await tx.deleteKey(keyId);
    const deed = {
      action: 'key.deleted',
      target: auditTarget.key(found.key),
      before: forAudit(found, nowMs),
      after: null,
    } as const;
    return mutation(caller, nowMs, deed, { id: keyId, deleted: true as const });
  });
}
