import type { AuditTargetType } from '@claviger/contract';
import type { NewAuditEvent } from './committer.ts';
import type { Restriction } from './key-store.ts';
import type { Actor } from './records.ts';

export interface AuditEvent extends NewAuditEvent {
  /** Gapless, from 1. */
  readonly sequence: number;
  /** Hex SHA-256; 64 zeros before the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** The record of every mutation. It can only be appended to, and only by a commit. Rejects with `StorageError`. */
export interface AuditLog {
  /** In order, after `sequence`, at most `limit`. */
  eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]>;
  get(id: string): Promise<AuditEvent | null>;
  list(query: ListAuditQuery): Promise<AuditEvent[]>;
  end(): Promise<AuditEnd>;
}

/** Where the chain ends, as the last commit noted it. */
export interface AuditEnd {
  /** Of the database, made once: whose chain it is. */
  readonly instance: string;
  /** 0 and 64 zeros before the first event. */
  readonly sequence: number;
  readonly hash: string;
}

export interface AuditFilter {
  /** An event whose target lacks the member lies outside of any restriction. */
  readonly apiIds: Restriction;
  readonly organizationIds: Restriction;
  readonly environments: Restriction;
  /** One that ends with a dot means every action that begins so. */
  readonly action: string | null;
  readonly actorType: Actor['type'] | null;
  readonly actorId: string | null;
  readonly targetType: AuditTargetType | null;
  readonly targetId: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** Inclusive. */
  readonly from: number | null;
  /** Exclusive. */
  readonly to: number | null;
  /** Part of the action, an id, the address or the request id, ASCII case ignored. */
  readonly text: string | null;
}

export interface ListAuditQuery {
  readonly filter: AuditFilter;
  /** By `sequence`. */
  readonly order: 'asc' | 'desc';
  /** Go on after this `sequence`, in the order. */
  readonly after: number | null;
  readonly limit: number;
}
