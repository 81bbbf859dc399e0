import { operations } from '@claviger/contract';
import { putOrganization } from '@claviger/core';
import { route } from '../http/route.ts';

export const putOrganizationRoute = route(
  operations.putOrganization,
  ({ claviger, caller, params, body }) =>
    putOrganization(claviger, caller, params.organizationId, body),
);
