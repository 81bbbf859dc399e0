import { deliveriesOf, farthestClaim } from '../../notices/fan-out.ts';
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
import { byCreation, page, withSecrets } from './memory-query.ts';
import type { StoredDelivery, Tables } from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryNoticeStore implements NoticeStore {
  readonly #tables: Tables;
  readonly #queue: WorkQueue;
  /** By id: when what it reminds of expires. */
  readonly #reminders = new Map<string, number>();
  #positions: NoticePositions = { auditSequence: 0, lookedUntil: null };

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  async positions(): Promise<NoticePositions> {
    return this.#positions;
  }

  follow(from: number, to: number, notices: readonly NewNotice[]): Promise<boolean> {
    return this.#queue.run(async () => {
      if (this.#positions.auditSequence !== from) return false;
      this.#positions = { ...this.#positions, auditSequence: to };
      this.#publish(notices);
      return true;
    });
  }

  remind(notices: readonly NewNotice[]): Promise<void> {
    return this.#queue.run(async () => this.#publish(notices));
  }

  setLookedUntil(until: number): Promise<void> {
    return this.#queue.run(async () => {
      this.#positions = { ...this.#positions, lookedUntil: until };
    });
  }

  sendTo(notice: NoticeRecord, delivery: DeliveryRecord): Promise<void> {
    return this.#queue.run(async () => this.#store([notice], [delivery]));
  }

  async keysExpiring(span: ExpirySpan): Promise<ExpiringKey[]> {
    const enabled = [...this.#tables.keys.values()].filter(({ state }) => state === 'enabled');
    return within(span, enabled).map((key) => {
      const { id, expiresAt } = key;
      return { id, expiresAt, found: withSecrets(this.#tables, key) };
    });
  }

  async secretsExpiring(span: ExpirySpan): Promise<ExpiringKey[]> {
    const { keys, secrets } = this.#tables;
    const live = [...secrets.values()].filter(({ endedAt }) => endedAt === null);
    const owned = live.flatMap(({ id, keyId, expiresAt }) => {
      const key = keys.get(keyId);
      return key?.state === 'enabled' ? [{ id, expiresAt, key }] : [];
    });
    return within(span, owned).map(({ id, expiresAt, key }) => {
      return { id, expiresAt, found: withSecrets(this.#tables, key) };
    });
  }

  claim(nowMs: number, until: number, limit: number): Promise<ClaimedDelivery[]> {
    return this.#queue.run(async () => {
      const { deliveries, webhooks, notices } = this.#tables;
      const isHeld = ({ claimedUntil }: StoredDelivery) =>
        claimedUntil !== null &&
        claimedUntil > nowMs &&
        claimedUntil <= farthestClaim(nowMs, until);
      const all = [...deliveries.values()];
      const busy = new Set(all.filter(isHeld).map(({ webhookId }) => webhookId));
      const due = all
        .filter(({ nextAttemptAt }) => nextAttemptAt !== null && nextAttemptAt <= nowMs)
        .toSorted(
          (a, b) =>
            (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0) ||
            (a.webhookId === b.webhookId && a.id < b.id ? -1 : 1),
        );
      const claimed: ClaimedDelivery[] = [];
      for (const stored of due) {
        const webhook = webhooks.get(stored.webhookId);
        const notice = notices.get(stored.noticeId);
        if (claimed.length === limit || notice === undefined) continue;
        if (webhook?.enabled !== true || busy.has(webhook.id)) continue;
        busy.add(webhook.id);
        deliveries.set(stored.id, { ...stored, claimedUntil: until });
        claimed.push({ delivery: asDelivery(stored), claimedUntil: until, webhook, notice });
      }
      return claimed;
    });
  }

  settle({ delivery, claimedUntil }: ClaimedDelivery, outcome: Settlement): Promise<void> {
    return this.#queue.run(async () => {
      const { deliveries, webhooks } = this.#tables;
      const stored = deliveries.get(delivery.id);
      if (stored?.claimedUntil !== claimedUntil) return;
      const { status, attempt, nextAttemptAt } = outcome;
      const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS);
      const tries = delivery.tries + 1;
      const settled = { status, tries, attempts, nextAttemptAt, claimedUntil: null };
      deliveries.set(delivery.id, { ...stored, ...settled });
      const webhook = webhooks.get(delivery.webhookId);
      if (webhook === undefined) return;
      const failingSince = status === 'delivered' ? null : (webhook.failingSince ?? attempt.at);
      webhooks.set(webhook.id, { ...webhook, failingSince });
    });
  }

  release({ delivery, claimedUntil }: ClaimedDelivery): Promise<void> {
    return this.#queue.run(async () => {
      const stored = this.#tables.deliveries.get(delivery.id);
      if (stored?.claimedUntil !== claimedUntil) return;
      this.#tables.deliveries.set(delivery.id, { ...stored, claimedUntil: null });
    });
  }

  async getDelivery(webhookId: string, id: string): Promise<DeliveryRecord | null> {
    const stored = this.#tables.deliveries.get(id);
    return stored?.webhookId === webhookId ? asDelivery(stored) : null;
  }

  async listDeliveries(query: ListDeliveriesQuery): Promise<DeliveryRecord[]> {
    const { webhookId, status, type, after, limit } = query;
    const wanted = [...this.#tables.deliveries.values()].filter(
      (delivery) =>
        delivery.webhookId === webhookId &&
        (status === null || delivery.status === status) &&
        (type === null || delivery.type === type),
    );
    return page(wanted, byCreation, 'desc', after, limit).map(asDelivery);
  }

  sendAgain(deliveryId: string, nowMs: number): Promise<void> {
    return this.#queue.run(async () => {
      const stored = this.#tables.deliveries.get(deliveryId);
      if (stored === undefined) return;
      const anew = { status: 'pending', tries: 0, nextAttemptAt: nowMs } as const;
      this.#tables.deliveries.set(deliveryId, { ...stored, ...anew });
    });
  }

  async backlog(): Promise<{ pending: number; dueSince: number | null }> {
    const { deliveries, webhooks } = this.#tables;
    const due = [...deliveries.values()]
      .filter(({ webhookId }) => webhooks.get(webhookId)?.enabled === true)
      .flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []);
    return { pending: due.length, dueSince: due.length === 0 ? null : Math.min(...due) };
  }

  deleteOld(createdUpTo: number, limit: number): Promise<number> {
    return this.#queue.run(async () => {
      const { notices, deliveries } = this.#tables;
      const old = [...notices.values()]
        .filter(({ createdAt }) => createdAt <= createdUpTo)
        .toSorted((a, b) => a.createdAt - b.createdAt)
        .slice(0, limit);
      const gone = new Set(old.map(({ id }) => id));
      for (const id of gone) notices.delete(id);
      for (const { id, noticeId } of deliveries.values()) {
        if (gone.has(noticeId)) deliveries.delete(id);
      }
      return old.length;
    });
  }

  deleteReminders(expiredUpTo: number, limit: number): Promise<number> {
    return this.#queue.run(async () => {
      const old = [...this.#reminders]
        .filter(([, expiresAt]) => expiresAt <= expiredUpTo)
        .toSorted(([, a], [, b]) => a - b)
        .slice(0, limit);
      for (const [id] of old) this.#reminders.delete(id);
      return old.length;
    });
  }

  #publish(notices: readonly NewNotice[]): void {
    const due = notices.filter(({ reminder }) => {
      if (reminder === undefined) return true;
      if (this.#reminders.has(reminder.id)) return false;
      this.#reminders.set(reminder.id, reminder.expiresAt);
      return true;
    });
    const deliveries = deliveriesOf(due, [...this.#tables.webhooks.values()]);
    const taken = new Set(deliveries.map(({ noticeId }) => noticeId));
    this.#store(
      due.filter(({ id }) => taken.has(id)),
      deliveries,
    );
  }

  #store(notices: readonly NoticeRecord[], deliveries: readonly DeliveryRecord[]): void {
    for (const { id, type, body, createdAt } of notices) {
      this.#tables.notices.set(id, { id, type, body, createdAt });
    }
    for (const delivery of deliveries) {
      this.#tables.deliveries.set(delivery.id, { ...delivery, claimedUntil: null });
    }
  }
}

function asDelivery(stored: StoredDelivery): DeliveryRecord {
  const { claimedUntil: _, ...delivery } = stored;
  return delivery;
}

interface MayExpire {
  readonly id: string;
  readonly expiresAt: number | null;
}

/** Those that expire in the span, in the order of that and their ids. */
function within<Row extends MayExpire>(
  { from, to, after, limit }: ExpirySpan,
  rows: readonly Row[],
): (Row & { readonly expiresAt: number })[] {
  const expiring = rows.filter(
    (row): row is Row & { readonly expiresAt: number } =>
      row.expiresAt !== null && row.expiresAt > from && row.expiresAt <= to,
  );
  return page(expiring, ({ id, expiresAt }) => ({ value: expiresAt, id }), 'asc', after, limit);
}
