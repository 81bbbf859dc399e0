import { DatabaseInUseError } from '../../errors.ts';
import type { RateLimitStates } from '../../ports/rate-limit-states.ts';
import type { InstanceLock, LockTaken, Storage } from '../../ports/storage.ts';
import { MemoryAccountStore } from './memory-account-store.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';
import { MemoryChangeFeed } from './memory-change-feed.ts';
import { MemoryCommitter } from './memory-committer.ts';
import { MemoryCreditStore } from './memory-credit-store.ts';
import { MemoryIdempotentAnswers } from './memory-idempotent-answers.ts';
import { MemoryInsightStore } from './memory-insight-store.ts';
import { MemoryKeyStore } from './memory-key-store.ts';
import { MemoryLogStore } from './memory-log-store.ts';
import { MemoryPepperRegister } from './memory-pepper-register.ts';
import { MemoryNoticeStore } from './memory-notice-store.ts';
import { MemoryResourceStore } from './memory-resource-store.ts';
import { newTables } from './memory-tables.ts';
import { MemoryUsageStore } from './memory-usage-store.ts';
import { MemoryWebhookStore } from './memory-webhook-store.ts';
import { WorkQueue } from './work-queue.ts';

/** A storage that is gone with the process: for tests, and for trying things out. */
export function openMemoryStorage(): Storage {
  const tables = newTables();
  const queue = new WorkQueue();
  const audit = new MemoryAuditLog();
  const feed = new MemoryChangeFeed();
  const lock = new MemoryInstanceLock();
  return {
    accounts: new MemoryAccountStore(tables, queue),
    keys: new MemoryKeyStore(tables),
    resources: new MemoryResourceStore(tables),
    committer: new MemoryCommitter(tables, audit, feed, queue),
    feed,
    credits: new MemoryCreditStore(tables, queue),
    usage: new MemoryUsageStore(tables, queue),
    insights: new MemoryInsightStore(tables, queue),
    logs: new MemoryLogStore(),
    rateLimits: new MemoryRateLimitStates(),
    answers: new MemoryIdempotentAnswers(tables, queue),
    audit,
    webhooks: new MemoryWebhookStore(tables),
    notices: new MemoryNoticeStore(tables, queue),
    peppers: new MemoryPepperRegister(tables),
    lock,
    close: () => lock.release(),
  };
}

class MemoryRateLimitStates implements RateLimitStates {
  #state: string | null = null;

  async load(): Promise<string | null> {
    return this.#state;
  }

  async save(state: string): Promise<void> {
    this.#state = state;
  }
}

class MemoryInstanceLock implements InstanceLock {
  #held = false;

  async acquire(): Promise<LockTaken> {
    if (this.#held) {
      throw new DatabaseInUseError('This storage is held by another server. Stop that one first.');
    }
    this.#held = true;
    return { predecessorMs: 0 };
  }

  async release(): Promise<void> {
    this.#held = false;
  }
}
