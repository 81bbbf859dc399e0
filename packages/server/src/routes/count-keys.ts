import { operations } from '@claviger/contract';
import { countKeys } from '@claviger/core';
import { route } from '../http/route.ts';

export const countKeysRoute = route(operations.countKeys, ({ claviger, caller, query }) =>
  countKeys(claviger, caller, query),
);
