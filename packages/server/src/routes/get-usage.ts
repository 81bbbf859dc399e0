import { operations } from '@claviger/contract';
import { readUsage } from '@claviger/core';
import { route } from '../http/route.ts';

export const getUsageRoute = route(operations.getUsage, ({ claviger, caller, query }) =>
  readUsage(claviger, caller, query),
);
