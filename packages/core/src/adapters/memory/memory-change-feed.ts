import { randomUUID } from 'node:crypto';
import {
  FEED_RETENTION,
  type Change,
  type ChangeFeed,
  type FeedHead,
} from '../../ports/change-feed.ts';
import type { NewChange } from '../../ports/committer.ts';

/** Before the first change. */
const START: FeedHead = { seq: 0, changeId: '' };

export class MemoryChangeFeed implements ChangeFeed {
  /** By `seq`. */
  readonly #kept = new Map<number, Change>();
  #head: FeedHead = START;

  async head(): Promise<FeedHead> {
    return this.#head;
  }

  async changesAfter(position: FeedHead, limit: number): Promise<Change[] | null> {
    if (!this.#holds(position)) return null;
    const changes: Change[] = [];
    for (let seq = position.seq + 1; changes.length < limit; seq++) {
      const change = this.#kept.get(seq);
      if (change === undefined) break;
      changes.push(change);
    }
    return changes;
  }

  /** For the committer alone. */
  append(changes: readonly NewChange[]): Change[] {
    return changes.map(({ scope, id, digests = [] }) => {
      const seq = this.#head.seq + 1;
      const change = { seq, changeId: randomUUID(), scope, id, digests: [...digests] };
      this.#kept.set(seq, change);
      this.#kept.delete(seq - FEED_RETENTION);
      this.#head = { seq, changeId: change.changeId };
      return change;
    });
  }

  #holds({ seq, changeId }: FeedHead): boolean {
    if (seq !== START.seq) return this.#kept.get(seq)?.changeId === changeId;
    return changeId === START.changeId && (this.#head.seq === 0 || this.#kept.has(1));
  }
}
