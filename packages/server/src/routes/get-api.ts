import { operations } from '@claviger/contract';
import { getApi } from '@claviger/core';
import { route } from '../http/route.ts';

export const getApiRoute = route(operations.getApi, ({ claviger, caller, params }) =>
  getApi(claviger, caller, params.apiId),
);
