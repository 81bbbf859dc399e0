import { operations } from '@claviger/contract';
import { bulkKeys } from '@claviger/core';
import { route } from '../http/route.ts';

export const bulkKeysRoute = route(operations.bulkKeys, ({ claviger, caller, body }) =>
  bulkKeys(claviger, caller, body),
);
