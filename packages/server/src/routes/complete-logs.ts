import { operations } from '@claviger/contract';
import { completeLogs } from '@claviger/core';
import { route } from '../http/route.ts';

export const completeLogsRoute = route(operations.completeLogs, ({ claviger, caller, body }) =>
  completeLogs(claviger, caller, body),
);
