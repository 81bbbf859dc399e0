import type { AuditEnd, AuditEvent, AuditLog, ListAuditQuery } from '../../ports/audit-log.ts';
import { auditConditions } from './audit-conditions.ts';
import { eventOfRow } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';

/**
 * Events that one statement looks through at first. On SQLite nothing else runs meanwhile, so a search
 * goes in steps, each as long as the one before allows.
 */
const FIRST_STEP = 4_000;
/** A step that took less is followed by one twice as long, one that took four times as much by one half as long. */
const QUICK_MS = 5;

export class SqlAuditLog implements AuditLog {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db
        .selectFrom('audit_events')
        .selectAll()
        .where('sequence', '>', sequence);
      const rows = await query.orderBy('sequence').limit(limit).execute();
      return rows.map(eventOfRow);
    });
  }

  get(id: string): Promise<AuditEvent | null> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db.selectFrom('audit_events').selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : eventOfRow(row);
    });
  }

  end(): Promise<AuditEnd> {
    return withStorageErrors(this.#flavor, async () => {
      const head = await this.#db
        .selectFrom('heads')
        .select(['instance', 'audit_sequence', 'audit_hash'])
        .executeTakeFirstOrThrow();
      return { instance: head.instance, sequence: head.audit_sequence, hash: head.audit_hash };
    });
  }

  list(query: ListAuditQuery): Promise<AuditEvent[]> {
    return withStorageErrors(this.#flavor, async () => {
      const found: AuditEvent[] = [];
      const { sequence: last } = await this.end();
      let step = FIRST_STEP;
      for (let at = firstPlace(query, last); at >= 1 && at <= last;) {
        const [from, to] = query.order === 'asc' ? [at, at + step - 1] : [at - step + 1, at];
        const begunMs = performance.now();
        found.push(...(await this.#listBetween(from, to, query, query.limit - found.length)));
        if (found.length >= query.limit) break;
        const tookMs = performance.now() - begunMs;
        at = query.order === 'asc' ? to + 1 : from - 1;
        if (tookMs < QUICK_MS) step *= 2;
        else if (tookMs > 4 * QUICK_MS) step = Math.max(FIRST_STEP / 8, Math.floor(step / 2));
      }
      return found;
    });
  }

  async #listBetween(
    from: number,
    to: number,
    { filter, order }: ListAuditQuery,
    limit: number,
  ): Promise<AuditEvent[]> {
    // Found in the indexes alone; only then are whole events read.
    const found = this.#db
      .selectFrom('audit_events')
      .select('sequence')
      .where('sequence', '>=', from)
      .where('sequence', '<=', to)
      .where(({ and }) => and(auditConditions(this.#flavor, filter)))
      .orderBy('sequence', order)
      .limit(limit);
    const rows = await this.#db
      .selectFrom('audit_events')
      .selectAll()
      .where('sequence', 'in', found)
      .orderBy('sequence', order)
      .execute();
    return rows.map(eventOfRow);
  }
}

function firstPlace({ order, after }: ListAuditQuery, last: number): number {
  if (order === 'asc') return (after ?? 0) + 1;
  return after === null ? last : Math.min(after - 1, last);
}
