import { operations } from '@claviger/contract';
import { deleteKeys } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteKeysRoute = route(operations.deleteKeys, ({ claviger, caller, body }) =>
  deleteKeys(claviger, caller, body),
);
