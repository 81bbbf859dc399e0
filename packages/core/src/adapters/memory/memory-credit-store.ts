import { creditsAt, nextRefill } from '../../credits.ts';
import type { CreditStore, TakenCredits } from '../../ports/credit-store.ts';
import type { Tables } from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryCreditStore implements CreditStore {
  readonly #tables: Tables;
  readonly #queue: WorkQueue;

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  take(keyId: string, cost: number, nowMs: number): Promise<TakenCredits | null> {
    // After what is being committed: a transaction writes over the row as it found it.
    return this.#queue.run(async () => {
      const stored = this.#tables.credits.get(keyId);
      if (stored === undefined) return null;
      const credits = creditsAt(stored, nowMs);
      const refillsAt = nextRefill(credits.refill, nowMs);
      if (credits.remaining < cost)
        return { taken: false, remaining: credits.remaining, refillsAt };
      const remaining = credits.remaining - cost;
      this.#tables.credits.set(keyId, { ...credits, remaining });
      return { taken: true, remaining, refillsAt };
    });
  }
}
