import { operations } from '@claviger/contract';
import { deleteKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteKeyRoute = route(operations.deleteKey, ({ claviger, caller, params }) =>
  deleteKey(claviger, caller, params.keyId),
);
