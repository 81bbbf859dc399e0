import {
  completeLogsBody,
  exportLogsQuery,
  listLogsQuery,
  logEntry,
  logParams,
  logsCompleted,
  logsListed,
} from '../log.ts';
import { BULK_BODY_LIMIT_BYTES } from '../operation.ts';
import { define, ok } from './define.ts';

const listLogs = define({
  id: 'listLogs',
  method: 'GET',
  path: '/v1/logs',
  tag: 'Logs',
  summary: 'List verifications, newest first',
  description:
    'Every verification is on record, the refused and those of unknown keys too. Filters combine with "and". A page looks through the log for a bounded time: where few entries match, it may hold fewer than `limit`, or none, and still have a `nextCursor`. Go on until that is null.',
  permission: 'logs:read',
  query: listLogsQuery,
  success: ok(logsListed),
  problems: [],
});

const exportLogs = define({
  id: 'exportLogs',
  method: 'GET',
  path: '/v1/logs/export',
  tag: 'Logs',
  summary: 'Export verifications, newest first',
  description:
    'All that the filters mean, as of the beginning of the export, written as it is read. An export that could not be finished breaks the connection off.',
  permission: 'logs:read',
  query: exportLogsQuery,
  success: ok(logEntry),
  exported: true,
  problems: [],
});

const getLog = define({
  id: 'getLog',
  method: 'GET',
  path: '/v1/logs/{logId}',
  tag: 'Logs',
  summary: 'Read a verification',
  permission: 'logs:read',
  params: logParams,
  success: ok(logEntry),
  problems: ['LOG_NOT_FOUND'],
});

const completeLogs = define({
  id: 'completeLogs',
  method: 'POST',
  path: '/v1/logs',
  tag: 'Logs',
  summary: 'Say what became of verifications',
  description:
    'Completes entries with what the protected API answered in the end, up to 1,000 at once. Said again, the last one holds.',
  permission: 'logs:write',
  body: completeLogsBody,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  success: ok(logsCompleted),
  problems: [],
});

export const logOperations = { listLogs, exportLogs, getLog, completeLogs } as const;
