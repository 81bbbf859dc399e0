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
  /** Our own changes that the feed was not read up to yet; the next renewal is a second away. */
  readonly #applied = new Set<string>();
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

  /** A renewal that begins after the call: what was committed before it has been applied when it resolves. */
  async renewAnew(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
    await this.renew();
  }

  /**
   * What this process committed itself. To be called before the mutation is answered. The position moves
   * only when the feed is read: what lies before these changes may be somebody else's, or another history.
   */
  applyOwn(changes: readonly Change[]): void {
    this.#directory.apply(changes);
    for (const { seq, changeId } of changes) {
      if (seq > this.position) this.#applied.add(changeId);
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
    if (change.seq !== this.position + 1) return this.#startOver(change);
    if (!this.#applied.delete(change.changeId)) this.#directory.apply([change]);
    this.#position = change;
  }

  /** The feed does not continue where we are: nothing in memory can be trusted. */
  #startOver(at: FeedHead): void {
    this.#directory.dropEverything();
    this.#applied.clear();
    this.#position = at;
  }
}
