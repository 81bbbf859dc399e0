import { operations } from '@claviger/contract';
import { exportLogs } from '@claviger/core';
import { exportRoute } from '../http/route.ts';

export const exportLogsRoute = exportRoute(operations.exportLogs, ({ claviger, caller, query }) =>
  exportLogs(claviger, caller, query),
);
