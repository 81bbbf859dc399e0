import { operations } from '@claviger/contract';
import { listKeys } from '@claviger/core';
import { route } from '../http/route.ts';

export const listKeysRoute = route(operations.listKeys, ({ claviger, caller, query }) =>
  listKeys(claviger, caller, query),
);
