import type { Deleted } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';
import { assertMayWriteApi } from './api-rules.ts';
import { presentApi } from './present-api.ts';

/** Throws `RefusedError`: API_NOT_FOUND, BUILT_IN, BEYOND_OWN_RIGHTS, STILL_IN_USE while it has keys, revoked ones included. */
export function deleteApi(context: Context, caller: Caller, id: string): Promise<Deleted> {
  assertMayWriteApi(caller, id);
  return commit(context, async (tx) => {
    const before = await tx.lockApi(id, 'write');
    if (before === null) throw apiNotFound(id);
    const keys = await tx.countKeys({ apiId: id, withRevoked: true });
    if (keys > 0) {
      throw new RefusedError(
        'STILL_IN_USE',
        `The API "${id}" has ${keys === 1 ? '1 key' : `${keys} keys`}, revoked ones included. Delete them first: GET /v1/keys?apiId=${id} lists them.`,
      );
    }
    await tx.deleteApi(id);
    const deed = {
      action: 'api.deleted',
      target: auditTarget.api(id),
      before: presentApi(before),
      after: null,
    } as const;
    return mutation(caller, context.clock.now(), deed, { id, deleted: true as const });
  });
}
