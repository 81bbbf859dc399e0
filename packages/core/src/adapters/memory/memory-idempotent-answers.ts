import type { IdempotentAnswer, IdempotentAnswers } from '../../ports/idempotent-answers.ts';
import type { Tables } from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryIdempotentAnswers implements IdempotentAnswers {
  readonly #tables: Tables;
  readonly #queue: WorkQueue;

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  deleteOld(createdUpTo: number, limit: number): Promise<number> {
    return this.#queue.run(async () => {
      const old = this.#oldest(createdUpTo, limit);
      for (const { id } of old) this.#tables.answers.delete(id);
      return old.length;
    });
  }

  eraseSecrets(createdUpTo: number, limit: number): Promise<number> {
    return this.#queue.run(async () => {
      const old = this.#oldest(createdUpTo, limit, ({ secret }) => secret !== null);
      for (const answer of old) this.#tables.answers.set(answer.id, { ...answer, secret: null });
      return old.length;
    });
  }

  #oldest(
    createdUpTo: number,
    limit: number,
    isMeant: (answer: IdempotentAnswer) => boolean = () => true,
  ): IdempotentAnswer[] {
    return [...this.#tables.answers.values()]
      .filter((answer) => answer.createdAt <= createdUpTo && isMeant(answer))
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .slice(0, limit);
  }
}
