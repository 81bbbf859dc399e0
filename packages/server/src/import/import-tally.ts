import type { Effective, ImportFailure, ImportedKey } from '@claviger/contract';
import type { ImportOutcome } from '@claviger/core';

/** Numbers the outcomes of an import and counts them. */
export class ImportTally {
  #imported = 0;
  #failed = 0;
  #effective: Effective | null = null;

  get imported(): number {
    return this.#imported;
  }

  get failed(): number {
    return this.#failed;
  }

  /** How many entries there were: the index of the next. */
  get entries(): number {
    return this.#imported + this.#failed;
  }

  /** Where all of it holds: of several batches, the last, unless an earlier one does not hold everywhere yet. */
  effective(otherwise: Effective): Effective {
    return this.#effective ?? otherwise;
  }

  add(outcomes: readonly ImportOutcome[]): (ImportedKey | ImportFailure)[] {
    return outcomes.map((outcome) => {
      const index = this.entries;
      if ('id' in outcome) this.#imported += 1;
      else this.#failed += 1;
      return { index, ...outcome };
    });
  }

  hold(effective: Effective | null): void {
    if (effective === null || this.#effective?.everywhere === false) return;
    this.#effective = effective;
  }
}
