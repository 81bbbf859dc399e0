import { operations } from '@claviger/contract';
import { listInvitations } from '@claviger/core';
import { route } from '../http/route.ts';

export const listInvitationsRoute = route(
  operations.listInvitations,
  ({ claviger, caller, params, query }) =>
    listInvitations(claviger, caller, params.organizationId, query),
);
