import type { AccountChanged, PatchAccount } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { StorageError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import { presentUser } from './new-user.ts';

/** Gives whoever is signed in another name. */
export function renameUser(
  context: Context,
  caller: Caller,
  { name }: PatchAccount,
): Promise<AccountChanged> {
  return commitBatch(context, async (tx) => {
    const user = await tx.getUser(caller.actor.id);
    if (user === null) throw new StorageError('The account could not be read. Try again.');
    await tx.renameUser(user.id, name);
    const deed = {
      action: 'user.renamed',
      target: auditTarget.user(user.id),
      before: { name: user.name },
      after: { name },
    };
    return recorded(caller, context.clock.now(), deed, { user: presentUser({ ...user, name }) });
  });
}
