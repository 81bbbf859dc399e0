import { operations } from '@claviger/contract';
import { deleteResource } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteResourceRoute = route(
  operations.deleteResource,
  ({ claviger, caller, params }) => deleteResource(claviger, caller, params),
);
