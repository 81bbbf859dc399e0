import { operations } from '@claviger/contract';
import { listApis } from '@claviger/core';
import { route } from '../http/route.ts';

export const listApisRoute = route(operations.listApis, ({ claviger, caller, query }) =>
  listApis(claviger, caller, query),
);
