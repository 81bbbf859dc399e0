import { operations } from '@claviger/contract';
import { getLog } from '@claviger/core';
import { route } from '../http/route.ts';

export const getLogRoute = route(operations.getLog, ({ claviger, caller, params }) =>
  getLog(claviger, caller, params.logId),
);
