import { sql } from 'kysely';
import {
  KEPT_ATTEMPTS,
  type ClaimedDelivery,
  type DeliveryRecord,
  type ExpiringKey,
  type ExpirySpan,
  type ListDeliveriesQuery,
  type NewNotice,
  type NoticePositions,
  type NoticeRecord,
  type NoticeStore,
  type Settlement,
} from '../../ports/notice-store.ts';
import { newestFirst } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { farthestClaim } from '../../notices/fan-out.ts';
import { publish } from './sql-fan-out.ts';
import { readKeys } from './sql-key-store.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql, SqlTransactionHandle } from './tables.ts';
import {
  deliveryOfRow,
  noticeOfRow,
  rowOfDelivery,
  rowOfNotice,
  webhookOfRow,
} from './webhook-rows.ts';

export class SqlNoticeStore implements NoticeStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  positions(): Promise<NoticePositions> {
    return this.#run(async (db) => {
      const row = await db.selectFrom('notice_positions').selectAll().executeTakeFirstOrThrow();
      return { auditSequence: row.audit_sequence, lookedUntil: row.looked_until };
    });
  }

  follow(from: number, to: number, notices: readonly NewNotice[]): Promise<boolean> {
    return this.#transact(async (tx) => {
      // Of two that follow, the second waits here for the first, and then finds the position moved.
      const { numUpdatedRows } = await tx
        .updateTable('notice_positions')
        .set({ audit_sequence: to })
        .where('audit_sequence', '=', from)
        .executeTakeFirstOrThrow();
      if (Number(numUpdatedRows) === 0) return false;
      await publish(tx, this.#flavor, notices);
      return true;
    });
  }

  remind(notices: readonly NewNotice[]): Promise<void> {
    return this.#transact((tx) => publish(tx, this.#flavor, notices));
  }

  setLookedUntil(until: number): Promise<void> {
    return this.#run(async (db) => {
      await db.updateTable('notice_positions').set({ looked_until: until }).execute();
    });
  }

  sendTo(notice: NoticeRecord, delivery: DeliveryRecord): Promise<void> {
    return this.#transact(async (tx) => {
      await tx.insertInto('notices').values(rowOfNotice(notice)).execute();
      await tx.insertInto('deliveries').values(rowOfDelivery(delivery)).execute();
    });
  }

  keysExpiring({ from, to, after, limit }: ExpirySpan) {
    return this.#run(async (db) => {
      let query = db
        .selectFrom('keys')
        .select(['id', 'expires_at'])
        .where('expires_at', '>', from)
        .where('expires_at', '<=', to)
        .where('state', '=', 'enabled');
      if (after !== null) {
        query = query.where(sql<boolean>`(expires_at, id) > (${after.value}, ${after.id})`);
      }
      const rows = await query.orderBy('expires_at').orderBy('id').limit(limit).execute();
      return withKeys(db, rows, ({ id }) => id);
    });
  }

  secretsExpiring({ from, to, after, limit }: ExpirySpan) {
    return this.#run(async (db) => {
      let query = db
        .selectFrom('secrets')
        .innerJoin('keys', 'keys.id', 'secrets.key_id')
        .select(['secrets.id', 'secrets.key_id', 'secrets.expires_at'])
        .where('secrets.expires_at', '>', from)
        .where('secrets.expires_at', '<=', to)
        .where('secrets.ended_at', 'is', null)
        .where('keys.state', '=', 'enabled');
      if (after !== null) {
        query = query.where(
          sql<boolean>`(secrets.expires_at, secrets.id) > (${after.value}, ${after.id})`,
        );
      }
      const inOrder = query.orderBy('secrets.expires_at').orderBy('secrets.id');
      const rows = await inOrder.limit(limit).execute();
      return withKeys(db, rows, ({ key_id }) => key_id);
    });
  }

  claim(nowMs: number, until: number, limit: number): Promise<ClaimedDelivery[]> {
    return this.#run(async (db) => {
      const claimed: ClaimedDelivery[] = [];
      for (const webhookId of await webhooksDue(db, nowMs, until, limit)) {
        const delivery = await claimOldest(db, this.#flavor, webhookId, nowMs, until);
        const parcel = delivery && (await parcelOf(db, delivery, until));
        if (parcel !== null) claimed.push(parcel);
      }
      return claimed;
    });
  }

  settle({ delivery, claimedUntil }: ClaimedDelivery, outcome: Settlement): Promise<void> {
    const { status, attempt, nextAttemptAt } = outcome;
    return this.#transact(async (tx) => {
      const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS);
      const { numUpdatedRows } = await tx
        .updateTable('deliveries')
        .set({
          status,
          tries: delivery.tries + 1,
          attempts: JSON.stringify(attempts),
          next_attempt_at: nextAttemptAt,
          claimed_until: null,
        })
        .where('id', '=', delivery.id)
        .where('claimed_until', '=', claimedUntil)
        .executeTakeFirstOrThrow();
      if (Number(numUpdatedRows) === 0) return;
      const webhook = tx.updateTable('webhooks').where('id', '=', delivery.webhookId);
      const isDelivered = status === 'delivered';
      await webhook
        .set({ failing_since: isDelivered ? null : attempt.at })
        .where('failing_since', isDelivered ? 'is not' : 'is', null)
        .execute();
    });
  }

  release({ delivery, claimedUntil }: ClaimedDelivery): Promise<void> {
    return this.#run(async (db) => {
      await db
        .updateTable('deliveries')
        .set({ claimed_until: null })
        .where('id', '=', delivery.id)
        .where('claimed_until', '=', claimedUntil)
        .execute();
    });
  }

  getDelivery(webhookId: string, id: string): Promise<DeliveryRecord | null> {
    return this.#run(async (db) => {
      const query = db
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .where('webhook_id', '=', webhookId);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : deliveryOfRow(row);
    });
  }

  listDeliveries(request: ListDeliveriesQuery): Promise<DeliveryRecord[]> {
    const { webhookId, status, type, after, limit } = request;
    return this.#run(async (db) => {
      let query = db.selectFrom('deliveries').selectAll().where('webhook_id', '=', webhookId);
      if (status !== null) query = query.where('status', '=', status);
      if (type !== null) query = query.where('type', '=', type);
      return (await newestFirst(query, after, limit).execute()).map(deliveryOfRow);
    });
  }

  sendAgain(deliveryId: string, nowMs: number): Promise<void> {
    return this.#run(async (db) => {
      await db
        .updateTable('deliveries')
        .set({ status: 'pending', tries: 0, next_attempt_at: nowMs })
        .where('id', '=', deliveryId)
        .execute();
    });
  }

  backlog() {
    return this.#run(async (db) => {
      const { pending, due } = await db
        .selectFrom('deliveries')
        .innerJoin('webhooks', 'webhooks.id', 'deliveries.webhook_id')
        .select((e) => e.fn.countAll<number>().as('pending'))
        .select((e) => e.fn.min('deliveries.next_attempt_at').as('due'))
        .where('deliveries.next_attempt_at', 'is not', null)
        .where('webhooks.enabled', '=', 1)
        .executeTakeFirstOrThrow();
      return { pending, dueSince: due };
    });
  }

  deleteOld(createdUpTo: number, limit: number): Promise<number> {
    return this.#run(async (db) => {
      const oldest = db
        .selectFrom('notices')
        .select('id')
        .where('created_at', '<=', createdUpTo)
        .orderBy('created_at')
        .limit(limit);
      const { numDeletedRows } = await db
        .deleteFrom('notices')
        .where('id', 'in', oldest)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  deleteReminders(expiredUpTo: number, limit: number): Promise<number> {
    return this.#run(async (db) => {
      const oldest = db
        .selectFrom('reminders')
        .select('id')
        .where('expires_at', '<=', expiredUpTo)
        .orderBy('expires_at')
        .limit(limit);
      const { numDeletedRows } = await db
        .deleteFrom('reminders')
        .where('id', 'in', oldest)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  #run<Result>(work: (db: Sql) => Promise<Result>): Promise<Result> {
    return withStorageErrors(this.#flavor, () => work(this.#db));
  }

  #transact<Result>(work: (tx: SqlTransactionHandle) => Promise<Result>): Promise<Result> {
    return this.#run((db) => db.transaction().execute(work));
  }
}

interface ExpiryRow {
  readonly id: string;
  readonly expires_at: number | null;
}

/** In the order of the rows. A key that went between the two reads is left out. */
async function withKeys<Row extends ExpiryRow>(
  db: Sql,
  rows: readonly Row[],
  keyIdOf: (row: Row) => string,
): Promise<ExpiringKey[]> {
  const keys = await readKeys(db, [...new Set(rows.map(keyIdOf))]);
  const byId = new Map(keys.map((found) => [found.key.id, found]));
  return rows.flatMap((row) => {
    const found = byId.get(keyIdOf(row));
    const { id, expires_at: expiresAt } = row;
    return found === undefined || expiresAt === null ? [] : [{ id, expiresAt, found }];
  });
}

/** Those that are on, have none under way, and whose delivery is due the longest. */
async function webhooksDue(
  db: Sql,
  nowMs: number,
  until: number,
  limit: number,
): Promise<string[]> {
  const underWay = db
    .selectFrom('deliveries')
    .select('webhook_id')
    .where('claimed_until', '>', nowMs)
    .where('claimed_until', '<=', farthestClaim(nowMs, until));
  const rows = await db
    .selectFrom('deliveries')
    .innerJoin('webhooks', 'webhooks.id', 'deliveries.webhook_id')
    .select('deliveries.webhook_id')
    .where('deliveries.next_attempt_at', '<=', nowMs)
    .where('webhooks.enabled', '=', 1)
    .where('deliveries.webhook_id', 'not in', underWay)
    .groupBy('deliveries.webhook_id')
    .orderBy((e) => e.fn.min('deliveries.next_attempt_at'))
    .orderBy('deliveries.webhook_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.webhook_id);
}

/** Null: another sender was faster. */
async function claimOldest(
  db: Sql,
  { locksRows }: SqlFlavor,
  webhookId: string,
  nowMs: number,
  until: number,
): Promise<DeliveryRecord | null> {
  let oldest = db
    .selectFrom('deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where('next_attempt_at', '<=', nowMs)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(1);
  if (locksRows) oldest = oldest.forUpdate();
  const row = await db
    .updateTable('deliveries')
    .set({ claimed_until: until })
    .where('id', '=', oldest)
    .where((e) =>
      e.or([
        e('claimed_until', 'is', null),
        e('claimed_until', '<=', nowMs),
        e('claimed_until', '>', farthestClaim(nowMs, until)),
      ]),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : deliveryOfRow(row);
}

/** Null: the webhook was deleted meanwhile, and the delivery with it. */
async function parcelOf(
  db: Sql,
  delivery: DeliveryRecord,
  claimedUntil: number,
): Promise<ClaimedDelivery | null> {
  const { webhookId, noticeId } = delivery;
  const webhooks = db.selectFrom('webhooks').selectAll().where('id', '=', webhookId);
  const notices = db.selectFrom('notices').selectAll().where('id', '=', noticeId);
  const webhook = await webhooks.executeTakeFirst();
  const notice = await notices.executeTakeFirst();
  if (webhook === undefined || notice === undefined) return null;
  return { delivery, claimedUntil, webhook: webhookOfRow(webhook), notice: noticeOfRow(notice) };
}
