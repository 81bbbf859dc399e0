import { operations } from '@claviger/contract';
import { getResource } from '@claviger/core';
import { route } from '../http/route.ts';

export const getResourceRoute = route(operations.getResource, ({ claviger, caller, params }) =>
  getResource(claviger, caller, params),
);
