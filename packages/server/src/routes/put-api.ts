import { operations } from '@claviger/contract';
import { putApi } from '@claviger/core';
import { route } from '../http/route.ts';

export const putApiRoute = route(operations.putApi, ({ claviger, caller, params, body }) =>
  putApi(claviger, caller, params.apiId, body),
);
