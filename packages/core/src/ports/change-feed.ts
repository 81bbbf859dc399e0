/** What a change concerns: whoever caches must forget this record. */
export type ChangeScope = 'key' | 'organization' | 'api' | 'pepper';

export interface Change {
  /** Gapless, in commit order, from 1. */
  readonly seq: number;
  /** Random: tells two histories apart that share a `seq`, as after a restored backup. */
  readonly changeId: string;
  readonly scope: ChangeScope;
  readonly id: string;
  readonly digests: readonly string[];
}

export interface FeedHead {
  /** 0 before the first change. */
  readonly seq: number;
  readonly changeId: string;
}

/** The stream of committed changes. Methods reject with `StorageError` when the database is away. */
export interface ChangeFeed {
  /** The newest change, read on the connection that holds the instance lock: it fails when the lock is lost. */
  head(): Promise<FeedHead>;
  /**
   * The changes after `position`, in order, at most `limit`. Null when the feed does not hold the pair
   * (seq, changeId) of `position` any more or never did: the reader must drop everything it knows.
   */
  changesAfter(position: FeedHead, limit: number): Promise<Change[] | null>;
}

/** How many changes the feed keeps. A reader that is further behind rebuilds, which is always right and only slower. */
export const FEED_RETENTION = 100_000;
