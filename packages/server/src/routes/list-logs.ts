import { operations } from '@claviger/contract';
import { listLogs } from '@claviger/core';
import { route } from '../http/route.ts';

export const listLogsRoute = route(operations.listLogs, ({ claviger, caller, query }) =>
  listLogs(claviger, caller, query),
);
