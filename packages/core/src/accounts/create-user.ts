import type { SetUp, User } from '@claviger/contract';
import { commitBatch, type Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { newUser, presentUser, userCreated } from './new-user.ts';

/** Somebody who can sign in and is in no organization yet. */
export function createUser(
  context: Context,
  caller: Caller,
  { email, name }: Pick<SetUp, 'email' | 'name'>,
  passwordHash: string,
): Promise<User> {
  return commitBatch(context, async (tx) => {
    const user = newUser({ email, name, operator: false, lastSignInAt: null }, context.clock.now());
    await tx.insertUser({ ...user, passwordHash });
    return userCreated(caller, 'user.created', user, presentUser(user));
  });
}
