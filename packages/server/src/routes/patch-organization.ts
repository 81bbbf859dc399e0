import { operations } from '@claviger/contract';
import { patchOrganization } from '@claviger/core';
import { route } from '../http/route.ts';

export const patchOrganizationRoute = route(
  operations.patchOrganization,
  ({ claviger, caller, params, body }) =>
    patchOrganization(claviger, caller, params.organizationId, body),
);
