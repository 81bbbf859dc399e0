import { operations } from '@claviger/contract';
import { exportAuditEvents } from '@claviger/core';
import { exportRoute } from '../http/route.ts';

export const exportAuditEventsRoute = exportRoute(
  operations.exportAuditEvents,
  ({ claviger, caller, query }) => exportAuditEvents(claviger, caller, query),
);
