import type { NewAuditEvent } from './committer.ts';

export interface AuditEvent extends NewAuditEvent {
  /** Gapless, from 1. */
  readonly sequence: number;
  /** Hex SHA-256; 64 zeros before the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** The record of every mutation. It can only be appended to, and only by a commit. */
export interface AuditLog {
  /** In order, after `sequence`, at most `limit`. */
  eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]>;
}
