import { operations } from '@claviger/contract';
import { listOrganizations } from '@claviger/core';
import { route } from '../http/route.ts';

export const listOrganizationsRoute = route(
  operations.listOrganizations,
  ({ claviger, caller, query }) => listOrganizations(claviger, caller, query),
);
