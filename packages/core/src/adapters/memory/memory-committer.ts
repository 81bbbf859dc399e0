import type { Committed, Committer, Work } from '../../ports/committer.ts';
import type { MemoryAuditLog } from './memory-audit-log.ts';
import type { MemoryChangeFeed } from './memory-change-feed.ts';
import { applyStaged, stage, type Tables } from './memory-tables.ts';
import { MemoryTransaction } from './memory-transaction.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryCommitter implements Committer {
  readonly #tables: Tables;
  readonly #audit: MemoryAuditLog;
  readonly #feed: MemoryChangeFeed;
  readonly #queue: WorkQueue;

  constructor(tables: Tables, audit: MemoryAuditLog, feed: MemoryChangeFeed, queue: WorkQueue) {
    this.#tables = tables;
    this.#audit = audit;
    this.#feed = feed;
    this.#queue = queue;
  }

  commit<Result>(work: Work<Result>): Promise<Committed<Result>> {
    return this.#queue.run(async () => {
      const staged = stage(this.#tables);
      const { result, events, changes } = await work(
        new MemoryTransaction(staged, this.#audit.sequence),
      );
      // The last step that can fail, before the first that writes.
      const links = this.#audit.chain(events);
      applyStaged(staged);
      this.#audit.append(links);
      return { result, changes: this.#feed.append(changes) };
    });
  }
}
