import type {
  AuditEvent as PresentedEvent,
  ExportAuditEvents,
  List,
  ListAuditEvents,
} from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { readerOfKey, readerOfRecords } from '../keys/reader-of-records.ts';
import { readPage } from '../pages.ts';
import type { AuditEvent } from '../ports/audit-log.ts';
import { liesWithin, type Caller } from '../scope.ts';
import { auditFilterOf, type WantedEvents } from './audit-filter.ts';
import { presentEvent } from './present-event.ts';

/** Throws `RefusedError` AUDIT_EVENT_NOT_FOUND. */
export async function getAuditEvent(
  context: Context,
  caller: Caller,
  id: string,
): Promise<PresentedEvent> {
  const event = await context.storage.audit.get(id);
  const keyId = event?.target.type === 'key' ? event.target.id : null;
  const { scope } = await readerOfKey(context, caller, keyId);
  if (event !== null && liesWithin(scope, event.target)) return presentEvent(event);
  throw new RefusedError(
    'AUDIT_EVENT_NOT_FOUND',
    `There is no audit event "${id}" here. GET /v1/audit-events lists the events that the presented root key can see.`,
  );
}

/** One page of the events the caller may see, newest first. Throws `RefusedError` INVALID_REQUEST for a foreign cursor, and no key where one is needed. */
export async function listAuditEvents(
  context: Context,
  caller: Caller,
  request: ListAuditEvents,
): Promise<List<PresentedEvent>> {
  const { storage } = context;
  const reader = await readerOfRecords(context, caller, keyAskedFor(request));
  const filter = auditFilterOf(reader, request);
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

/** Undefined: events about more than one key, or about something else. */
const keyAskedFor = ({ keyId, targetType, targetId }: WantedEvents): string | undefined =>
  keyId ?? (targetType === 'key' ? targetId : undefined);

/** Read, and held in memory, at once. */
const EXPORT_BATCH = 200;

/** Those that there are now, in the order of the chain: what happens while it is read is left out. */
export async function* exportAuditEvents(
  context: Context,
  caller: Caller,
  request: ExportAuditEvents,
): AsyncGenerator<readonly PresentedEvent[]> {
  const { storage } = context;
  const reader = await readerOfRecords(context, caller, keyAskedFor(request));
  const filter = auditFilterOf(reader, request);
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
