import { operations } from '@claviger/contract';
import { listMembers } from '@claviger/core';
import { route } from '../http/route.ts';

export const listMembersRoute = route(
  operations.listMembers,
  ({ claviger, caller, params, query }) =>
    listMembers(claviger, caller, params.organizationId, query),
);
