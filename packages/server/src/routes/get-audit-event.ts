import { operations } from '@claviger/contract';
import { getAuditEvent } from '@claviger/core';
import { route } from '../http/route.ts';

export const getAuditEventRoute = route(operations.getAuditEvent, ({ claviger, caller, params }) =>
  getAuditEvent(claviger, caller, params.eventId),
);
