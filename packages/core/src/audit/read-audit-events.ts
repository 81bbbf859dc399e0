import type {
  AuditEvent as PresentedEvent,
  ExportAuditEvents,
  List,
  ListAuditEvents,
} from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { readPage } from '../pages.ts';
import type { AuditEvent } from '../ports/audit-log.ts';
import { liesWithin, type Caller } from '../scope.ts';
import { auditFilterOf } from './audit-filter.ts';
import { presentEvent } from './present-event.ts';

/** Throws `RefusedError` AUDIT_EVENT_NOT_FOUND. */
export async function getAuditEvent(
  { storage }: Context,
  { scope }: Caller,
  id: string,
): Promise<PresentedEvent> {
  const event = await storage.audit.get(id);
  if (event !== null && liesWithin(scope, event.target)) return presentEvent(event);
  throw new RefusedError(
    'AUDIT_EVENT_NOT_FOUND',
    `There is no audit event "${id}" here. GET /v1/audit-events lists the events that the presented root key can see.`,
  );
}

/** One page of the events the caller may see, newest first. Throws `RefusedError` INVALID_REQUEST for a foreign cursor. */
export function listAuditEvents(
  { storage }: Context,
  caller: Caller,
  request: ListAuditEvents,
): Promise<List<PresentedEvent>> {
  const filter = auditFilterOf(caller, request);
  return readPage(
    request,
    { name: 'audit-events', by: 'number' },
    (position, limit) => {
      const after = position === null ? null : Number(position.value);
      return storage.audit.list({ filter, order: 'desc', after, limit });
    },
    ({ sequence, id }) => ({ value: sequence, id }),
    presentEvent,
  );
}

/** Read, and held in memory, at once. */
const EXPORT_BATCH = 200;

/** Those that there are now, in the order of the chain: what happens while it is read is left out. */
export async function* exportAuditEvents(
  { storage }: Context,
  caller: Caller,
  request: ExportAuditEvents,
): AsyncGenerator<readonly PresentedEvent[]> {
  const filter = auditFilterOf(caller, request);
  const { sequence: last } = await storage.audit.end();
  let after = 0;
  while (after < last) {
    const query = { filter, order: 'asc', after, limit: EXPORT_BATCH } as const;
    const batch: readonly AuditEvent[] = await storage.audit.list(query);
    const events = batch.filter(({ sequence }) => sequence <= last);
    if (events.length > 0) yield events.map(presentEvent);
    after = batch.length < EXPORT_BATCH ? last : (batch.at(-1)?.sequence ?? last);
  }
}
