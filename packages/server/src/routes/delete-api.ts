import { operations } from '@claviger/contract';
import { deleteApi } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteApiRoute = route(operations.deleteApi, ({ claviger, caller, params }) =>
  deleteApi(claviger, caller, params.apiId),
);
