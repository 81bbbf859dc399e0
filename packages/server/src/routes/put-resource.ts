import { operations } from '@claviger/contract';
import { putResource } from '@claviger/core';
import { route } from '../http/route.ts';

export const putResourceRoute = route(
  operations.putResource,
  ({ claviger, caller, params, body }) => putResource(claviger, caller, params, body),
);
