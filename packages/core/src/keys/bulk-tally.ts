import {
  MAX_BULK_LISTED,
  type BulkFailure,
  type KeysTouched,
  type TouchedKey,
} from '@claviger/contract';

/** What became of one key; `failure` and `touched` are null where it was as wanted already. */
export interface Outcome {
  readonly touched: TouchedKey | null;
  readonly failure: BulkFailure | null;
}

/** Counts everything and lists the first of it, so that a run of any length takes the same memory. */
export class Tally {
  #matched = 0;
  #changed = 0;
  #failures = 0;
  readonly #data: TouchedKey[] = [];
  readonly #failed: BulkFailure[] = [];

  add(outcomes: readonly Outcome[]): void {
    this.#matched += outcomes.length;
    for (const outcome of outcomes) {
      if (outcome.touched !== null) {
        this.#changed += 1;
        if (this.#data.length < MAX_BULK_LISTED) this.#data.push(outcome.touched);
      } else if (outcome.failure !== null) {
        this.#failures += 1;
        if (this.#failed.length < MAX_BULK_LISTED) this.#failed.push(outcome.failure);
      }
    }
  }

  result(): Pick<KeysTouched, 'matched' | 'changed' | 'data' | 'failed' | 'truncated'> {
    return {
      matched: this.#matched,
      changed: this.#changed,
      data: this.#data,
      failed: this.#failed,
      truncated: this.#changed > this.#data.length || this.#failures > this.#failed.length,
    };
  }
}
