import { operations } from '@claviger/contract';
import { deleteOrganization } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteOrganizationRoute = route(
  operations.deleteOrganization,
  ({ claviger, caller, params }) => deleteOrganization(claviger, caller, params.organizationId),
);
