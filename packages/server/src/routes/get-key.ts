import { operations } from '@claviger/contract';
import { getKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const getKeyRoute = route(operations.getKey, ({ claviger, caller, params }) =>
  getKey(claviger, caller, params.keyId),
);
