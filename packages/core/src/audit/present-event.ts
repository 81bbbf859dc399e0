import type { AuditEvent as PresentedEvent } from '@claviger/contract';
import type { AuditEvent } from '../ports/audit-log.ts';
import { isoTime, msOf } from '../times.ts';

/** The event as the contract shows it. */
export function presentEvent(event: AuditEvent): PresentedEvent {
  const { id, at, sequence, actor, action, target, ip, requestId, previousHash, hash } = event;
  return {
    id,
    at: isoTime(at),
    sequence,
    actor,
    action,
    target: target as PresentedEvent['target'],
    before: event.before as PresentedEvent['before'],
    after: event.after as PresentedEvent['after'],
    ip,
    requestId,
    previousHash,
    hash,
  };
}

/** The event as it was hashed: its time in milliseconds, everything else as it is shown. */
export function eventOfPresented(event: PresentedEvent): AuditEvent {
  return { ...event, at: msOf(event.at) } as AuditEvent;
}
