import { operations } from '@claviger/contract';
import { removeMember } from '@claviger/core';
import { route } from '../http/route.ts';

export const removeMemberRoute = route(
  operations.removeMember,
  ({ claviger, caller, params, query }) =>
    removeMember(claviger, caller, params, { revokeKeys: query.revokeKeys === 'true' }),
);
