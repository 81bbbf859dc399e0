import type { User } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { recorded } from '../context.ts';
import { newId } from '../ids.ts';
import type { UserRecord } from '../ports/account-store.ts';
import type { Mutation } from '../ports/committer.ts';
import { EVERYWHERE, type Caller } from '../scope.ts';

export const newUser = (
  fields: Omit<UserRecord, 'id' | 'createdAt'>,
  nowMs: number,
): UserRecord => ({ ...fields, id: newId('usr', nowMs), createdAt: nowMs });

export const presentUser = ({ id, email, name, operator }: UserRecord): User => ({
  id,
  email,
  name,
  operator,
});

/** What the audit log says of whoever created somebody. */
export function userCreated<Result>(
  by: Pick<Caller, 'actor' | 'ip' | 'requestId'>,
  action: string,
  user: UserRecord,
  result: Result,
): Mutation<Result> {
  const caller = { ...by, permissions: [], scope: EVERYWHERE };
  const deed = {
    action,
    target: auditTarget.user(user.id),
    before: null,
    after: presentUser(user),
  };
  return recorded(caller, user.createdAt, deed, result);
}
