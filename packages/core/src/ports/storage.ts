import type { AccountStore } from './account-store.ts';
import type { AuditLog } from './audit-log.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Committer } from './committer.ts';
import type { CreditStore } from './credit-store.ts';
import type { IdempotentAnswers } from './idempotent-answers.ts';
import type { InsightStore } from './insight-store.ts';
import type { KeyStore } from './key-store.ts';
import type { LogStore } from './log-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { PepperRegister } from './pepper-register.ts';
import type { RateLimitStates } from './rate-limit-states.ts';
import type { ResourceStore } from './resource-store.ts';
import type { UsageStore } from './usage-store.ts';
import type { WebhookStore } from './webhook-store.ts';

/** One database, opened and migrated, seen through the ports. */
export interface Storage {
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly resources: ResourceStore;
  readonly committer: Committer;
  readonly feed: ChangeFeed;
  readonly usage: UsageStore;
  readonly insights: InsightStore;
  readonly logs: LogStore;
  readonly rateLimits: RateLimitStates;
  readonly credits: CreditStore;
  readonly answers: IdempotentAnswers;
  readonly audit: AuditLog;
  readonly webhooks: WebhookStore;
  readonly notices: NoticeStore;
  readonly peppers: PepperRegister;
  readonly lock: InstanceLock;
  close(): Promise<void>;
}

/** Holds the database for one server. Given up by the database itself when the process dies. */
export interface InstanceLock {
  /** Rejects with `DatabaseInUseError` while another server holds it. */
  acquire(): Promise<LockTaken>;
  release(): Promise<void>;
}

export interface LockTaken {
  /**
   * How long the holder before may still answer from memory, milliseconds. 0 where the lock cannot
   * outlive its process's answers, or where the holder before said goodbye.
   */
  readonly predecessorMs: number;
}
