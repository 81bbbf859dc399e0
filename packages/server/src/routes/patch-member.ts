import { operations } from '@claviger/contract';
import { changeMember } from '@claviger/core';
import { route } from '../http/route.ts';

export const patchMemberRoute = route(
  operations.patchMember,
  ({ claviger, caller, params, body }) => changeMember(claviger, caller, params, body),
);
