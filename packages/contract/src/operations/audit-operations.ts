import {
  auditEvent,
  auditEventParams,
  exportAuditEventsQuery,
  listAuditEventsQuery,
} from '../audit.ts';
import { listOf } from '../lists.ts';
import { define, ok } from './define.ts';

const listAuditEvents = define({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  tag: 'Audit',
  summary: 'List audit events',
  description:
    'Newest first. A root key that is bound to APIs, organizations or environments sees the events of what lies within these.',
  permission: 'audit:read',
  query: listAuditEventsQuery,
  success: ok(listOf(auditEvent)),
  problems: [],
});

const getAuditEvent = define({
  id: 'getAuditEvent',
  method: 'GET',
  path: '/v1/audit-events/{eventId}',
  tag: 'Audit',
  summary: 'Read an audit event',
  permission: 'audit:read',
  params: auditEventParams,
  success: ok(auditEvent),
  problems: ['AUDIT_EVENT_NOT_FOUND'],
});

const exportAuditEvents = define({
  id: 'exportAuditEvents',
  method: 'GET',
  path: '/v1/audit-events/export',
  tag: 'Audit',
  summary: 'Export audit events',
  description:
    'Oldest first, so that whoever reads them can check the chain: without filters, as NDJSON, `claviger audit verify --file` does. CSV is for spreadsheets: a text that one would run as a formula gets an apostrophe.',
  permission: 'audit:read',
  query: exportAuditEventsQuery,
  exported: true,
  success: ok(auditEvent),
  problems: [],
});

export const auditOperations = { listAuditEvents, getAuditEvent, exportAuditEvents } as const;
