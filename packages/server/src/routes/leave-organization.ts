import { operations } from '@claviger/contract';
import { leaveOrganization } from '@claviger/core';
import { route } from '../http/route.ts';

export const leaveOrganizationRoute = route(
  operations.leaveOrganization,
  ({ claviger, caller, params, query }) =>
    leaveOrganization(claviger, caller, params.organizationId, {
      revokeKeys: query.revokeKeys === 'true',
    }),
);
