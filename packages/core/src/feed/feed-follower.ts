import type { Change, ChangeFeed, FeedHead } from '../ports/change-feed.ts';
import type { KeyDirectory } from '../verification/key-directory.ts';
import type { Lease } from '../verification/lease.ts';

/** Changes fetched at a time. */
const PAGE = 1_000;

/**
 * Keeps the directory in step with the feed, and renews the lease under which it may answer. Each
 * renewal notes the time first, then reads the newest change, fetches what is lacking, evicts, and only
 * then counts the lease from the noted time.
 */
export class FeedFollower {
  readonly #feed: ChangeFeed;
  readonly #directory: KeyDirectory;
  readonly #lease: Lease;
  #position: FeedHead | null = null;
  #renewing: Promise<void> | null = null;

  constructor(feed: ChangeFeed, directory: KeyDirectory, lease: Lease) {
    this.#feed = feed;
    this.#directory = directory;
    this.#lease = lease;
  }

  /** The newest change that was applied; 0 before the first. */
  get position(): number {
    return this.#position?.seq ?? 0;
  }

  /** Rejects with `StorageError` when the database is away; the lease then runs out by itself. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** What this process committed itself. To be called before the mutation is answered. */
  applyOwn(changes: readonly Change[]): void {
    this.#directory.apply(changes);
    for (const change of changes) {
      // With another writer's change in between, the next renewal fetches both; forgetting twice is harmless.
      if (change.seq === this.position + 1) this.#position = change;
    }
  }

  async #renew(): Promise<void> {
    const mark = this.#lease.mark();
    const head = await this.#feed.head();
    if (this.#position === null) this.#startOver(head);
    await this.#catchUp(head);
    this.#lease.renew(mark);
  }

  async #catchUp(head: FeedHead): Promise<void> {
    for (;;) {
      const from: FeedHead = this.#position ?? head;
      if (from.seq === head.seq && from.changeId === head.changeId) return;
      const changes = await this.#feed.changesAfter(from, PAGE);
      if (changes === null) return this.#startOver(head);
      if (changes.length === 0) return; // our own commits are ahead of the head that was read
      for (const change of changes) this.#follow(change);
    }
  }

  #follow(change: Change): void {
    if (change.seq <= this.position) return; // one of our own, applied meanwhile
    if (change.seq > this.position + 1) return this.#startOver(change);
    this.#directory.apply([change]);
    this.#position = change;
  }

  /** The feed does not continue where we are: nothing in memory can be trusted. */
  #startOver(at: FeedHead): void {
    this.#directory.dropEverything();
    this.#position = at;
  }
}
