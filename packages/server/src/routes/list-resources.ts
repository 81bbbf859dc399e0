import { operations } from '@claviger/contract';
import { listResources } from '@claviger/core';
import { route } from '../http/route.ts';

export const listResourcesRoute = route(
  operations.listResources,
  ({ claviger, caller, params, query }) => listResources(claviger, caller, params, query),
);
