import type { IdempotentAnswers } from '../../ports/idempotent-answers.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';

export class SqlIdempotentAnswers implements IdempotentAnswers {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  deleteOld(createdUpTo: number, limit: number): Promise<number> {
    return withStorageErrors(this.#flavor, async () => {
      const { numDeletedRows } = await this.#db
        .deleteFrom('idempotent_answers')
        .where('id', 'in', this.#oldest(createdUpTo, limit))
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  eraseSecrets(createdUpTo: number, limit: number): Promise<number> {
    return withStorageErrors(this.#flavor, async () => {
      const withSecret = this.#oldest(createdUpTo, limit).where('secret', 'is not', null);
      const { numUpdatedRows } = await this.#db
        .updateTable('idempotent_answers')
        .set({ secret: null })
        .where('id', 'in', withSecret)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    });
  }

  #oldest(createdUpTo: number, limit: number) {
    return this.#db
      .selectFrom('idempotent_answers')
      .select('id')
      .where('created_at', '<=', createdUpTo)
      .orderBy('created_at')
      .limit(limit);
  }
}
