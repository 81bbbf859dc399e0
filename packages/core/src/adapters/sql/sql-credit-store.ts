import { sql } from 'kysely';
import { creditsAt, nextRefill, periodStart } from '../../credits.ts';
import type { CreditStore, TakenCredits } from '../../ports/credit-store.ts';
import { creditsOfRow } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { KeyCreditsTable, Sql } from './tables.ts';

export class SqlCreditStore implements CreditStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  /** One statement, so that nothing can come between looking and taking. */
  take(keyId: string, cost: number, nowMs: number): Promise<TakenCredits | null> {
    return withStorageErrors(this.#flavor, async () => {
      const day = periodStart('day', nowMs);
      const month = periodStart('month', nowMs);
      const start = sql<number>`case refill_interval when 'day' then cast(${day} as bigint) when 'month' then cast(${month} as bigint) else 0 end`;
      const isDue = sql<boolean>`refill_amount is not null and refilled_at < ${start}`;
      const there = sql<number>`case when ${isDue} then refill_amount else remaining end`;
      const taken = await sql<KeyCreditsTable>`
        update key_credits
        set remaining = ${there} - ${cost}, refilled_at = case when ${isDue} then ${start} else refilled_at end
        where key_id = ${keyId} and ${there} >= ${cost}
        returning *`.execute(this.#db);
      const [row] = taken.rows;
      return row === undefined ? this.#refuse(keyId, nowMs) : stateOf(row, true, nowMs);
    });
  }

  async #refuse(keyId: string, nowMs: number): Promise<TakenCredits | null> {
    const query = this.#db.selectFrom('key_credits').selectAll().where('key_id', '=', keyId);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : stateOf(row, false, nowMs);
  }
}

function stateOf(row: KeyCreditsTable, taken: boolean, nowMs: number): TakenCredits {
  const credits = creditsOfRow(row);
  const { remaining } = creditsAt(credits, nowMs);
  return { taken, remaining, refillsAt: nextRefill(credits.refill, nowMs) };
}
