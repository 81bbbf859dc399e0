import type { DeliveryStatus, NoticeType } from '@claviger/contract';
import type { PagePosition } from './key-store.ts';
import type { KeyWithSecrets } from './records.ts';
import type { WebhookRecord } from './webhook-store.ts';

/** Something that happened to a key, as it is sent. Times are milliseconds since 1970. */
export interface NoticeRecord {
  readonly id: string;
  readonly type: NoticeType;
  /** What is sent, byte for byte: JSON. */
  readonly body: string;
  readonly createdAt: number;
}

export interface NewNotice extends NoticeRecord {
  /** Where the key is. */
  readonly place: {
    readonly apiId: string;
    readonly organizationId: string;
    readonly environment: string;
  };
  /** The event of the audit log that it tells of; left out: time brought it. */
  readonly sequence?: number;
  /** What it reminds of: of all notices with one id, the first is taken, for good. */
  readonly reminder?: { readonly id: string; readonly expiresAt: number };
}

/** One notice on its way to one webhook. */
export interface DeliveryRecord {
  readonly id: string;
  readonly noticeId: string;
  readonly webhookId: string;
  readonly type: NoticeType;
  readonly status: DeliveryStatus;
  /** Attempts since it was last sent anew. */
  readonly tries: number;
  /** The last ones, oldest first. */
  readonly attempts: readonly AttemptRecord[];
  /** Null unless it is pending. */
  readonly nextAttemptAt: number | null;
  readonly createdAt: number;
}

export interface AttemptRecord {
  readonly at: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly response: string | null;
}

/** A delivery that one sender holds, with what it needs to send it. */
export interface ClaimedDelivery {
  readonly delivery: DeliveryRecord;
  readonly claimedUntil: number;
  readonly webhook: WebhookRecord;
  readonly notice: NoticeRecord;
}

/** How far the records were followed. */
export interface NoticePositions {
  /** Events of the audit log up to this one have become notices. */
  readonly auditSequence: number;
  /** Expiries were looked at up to this moment; null: never yet. */
  readonly lookedUntil: number | null;
}

/**
 * Notices and their deliveries. Every method rejects with `StorageError`; nothing is half-written then.
 * Several nodes may follow and send at once: each notice is made by one, each delivery held by one.
 */
export interface NoticeStore {
  positions(): Promise<NoticePositions>;
  /**
   * Stores notices with a delivery to each webhook that is on, takes their type and covers their place, and
   * moves the audit position, all in one transaction. A notice that nobody takes is not stored, but its reminder
   * counts as given. False, and nothing is written, when somebody else moved the position.
   */
  follow(from: number, to: number, notices: readonly NewNotice[]): Promise<boolean>;
  /** The same for notices that time brings. Those whose reminder was given before are left out. */
  remind(notices: readonly NewNotice[]): Promise<void>;
  setLookedUntil(until: number): Promise<void>;
  /** One notice to one webhook. */
  sendTo(notice: NoticeRecord, delivery: DeliveryRecord): Promise<void>;

  /** Enabled keys that expire after `from` and not after `to`, in the order of that and their ids. */
  keysExpiring(span: ExpirySpan): Promise<ExpiringKey[]>;
  /** The same for secrets that were not ended early, of enabled keys: the overlaps of rotations. */
  secretsExpiring(span: ExpirySpan): Promise<ExpiringSecret[]>;

  /**
   * Takes due deliveries, the longest due first, for one sender until `until`: one of each webhook that is on and has
   * none under way, at most `limit`. A claim that ends more than twice as far ahead was made before the clock was set
   * back, and is void; the clocks of two nodes may differ by as long as a claim lasts.
   */
  claim(nowMs: number, until: number, limit: number): Promise<ClaimedDelivery[]>;
  /** Writes what came of it, unless the claim was lost meanwhile. `failingSince` of the webhook follows. */
  settle(claimed: ClaimedDelivery, outcome: Settlement): Promise<void>;
  /** Gives it back, untried. */
  release(claimed: ClaimedDelivery): Promise<void>;

  getDelivery(webhookId: string, id: string): Promise<DeliveryRecord | null>;
  /** Newest first, at most `limit`. */
  listDeliveries(query: ListDeliveriesQuery): Promise<DeliveryRecord[]>;
  /** Due from now on, with all its tries before it. */
  sendAgain(deliveryId: string, nowMs: number): Promise<void>;

  /** How many deliveries are pending, and since when the oldest of them is due. */
  backlog(): Promise<{ readonly pending: number; readonly dueSince: number | null }>;
  /** Deletes the oldest notices made up to a moment, with their deliveries, at most `limit`, and tells how many. */
  deleteOld(createdUpTo: number, limit: number): Promise<number>;
  /** Forgets reminders of what expired up to a moment, at most `limit`, and tells how many. */
  deleteReminders(expiredUpTo: number, limit: number): Promise<number>;
}

export interface ExpirySpan {
  readonly from: number;
  readonly to: number;
  /** Where the page begins: `value` is the expiry. */
  readonly after: PagePosition | null;
  readonly limit: number;
}

export interface ExpiringKey {
  readonly id: string;
  readonly expiresAt: number;
  readonly found: KeyWithSecrets;
}

/** `id` and `expiresAt` are the secret's; `found` is its key. */
export type ExpiringSecret = ExpiringKey;

/** `delivered`, `failed` for good, or `pending` until the next attempt. */
export interface Settlement {
  readonly status: DeliveryStatus;
  readonly attempt: AttemptRecord;
  readonly nextAttemptAt: number | null;
}

export interface ListDeliveriesQuery {
  readonly webhookId: string;
  readonly status: DeliveryStatus | null;
  readonly type: NoticeType | null;
  readonly after: PagePosition | null;
  readonly limit: number;
}

/** Of one delivery; older ones are forgotten. */
export const KEPT_ATTEMPTS = 20;
