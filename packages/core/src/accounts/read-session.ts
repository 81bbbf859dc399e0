import { rolePermissions, type Session } from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from '../scope.ts';
import { presentUser } from './new-user.ts';

/** Who signed in, and what they may do where. Throws `RefusedError` SIGN_IN_REQUIRED for nobody. */
export async function readSession({ storage }: Context, { actor }: Caller): Promise<Session> {
  const user = actor.type === 'user' ? await storage.accounts.getUser(actor.id) : null;
  if (user === null) throw new RefusedError('SIGN_IN_REQUIRED', 'Nobody is signed in. Sign in.');
  const members = await storage.accounts.listMemberships(user.id);
  return {
    user: presentUser(user),
    permissions: user.operator ? [...rolePermissions.operator] : [],
    memberships: members.map(({ organizationId, organizationName, role }) => ({
      organizationId,
      organizationName,
      role,
      permissions: [...rolePermissions[role]],
    })),
  };
}
