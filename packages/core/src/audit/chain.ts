import { hash } from 'node:crypto';
import type { AuditEvent } from '../ports/audit-log.ts';
import type { NewAuditEvent } from '../ports/committer.ts';
import { canonicalJson } from './canonical-json.ts';

/** The last link of a chain, to which the next is added. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first event. */
export const CHAIN_START: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };

/**
 * The rule of the chain: `hash` is the hex SHA-256 of the previous event's `hash`, a line feed, and the
 * canonical JSON (RFC 8785) of the event without its two hashes. Whoever changes, removes, inserts or
 * reorders an event breaks every hash after it.
 */
export function chainEvent(end: ChainEnd, event: NewAuditEvent): AuditEvent {
  const sequence = end.sequence + 1;
  // Through JSON once, so that what is hashed is what can be read back.
  const content = JSON.parse(JSON.stringify({ ...event, sequence })) as NewAuditEvent;
  return { ...content, sequence, previousHash: end.hash, hash: linkHash(end.hash, content) };
}

/** `content`: everything of the event but its two hashes. */
export function linkHash(previousHash: string, content: object): string {
  return hash('sha256', `${previousHash}\n${canonicalJson(content)}`);
}
