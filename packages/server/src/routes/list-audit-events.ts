import { operations } from '@claviger/contract';
import { listAuditEvents } from '@claviger/core';
import { route } from '../http/route.ts';

export const listAuditEventsRoute = route(
  operations.listAuditEvents,
  ({ claviger, caller, query }) => listAuditEvents(claviger, caller, query),
);
