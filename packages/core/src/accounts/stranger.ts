import { EVERYWHERE, type Caller } from '../scope.ts';

/** Somebody whom no credential has told yet who they are. */
export type Stranger = Pick<Caller, 'ip' | 'requestId'>;

/** On record, they are whose account it turned out to be. They are let do nothing by it. */
export const callerOf = (stranger: Stranger, userId: string): Caller => ({
  ...stranger,
  actor: { type: 'user', id: userId },
  permissions: [],
  scope: EVERYWHERE,
});
