import { operations } from '@claviger/contract';
import { getOrganization } from '@claviger/core';
import { route } from '../http/route.ts';

export const getOrganizationRoute = route(
  operations.getOrganization,
  ({ claviger, caller, params }) => getOrganization(claviger, caller, params.organizationId),
);
