import type { Key } from '@claviger/contract';
import { allApis } from '../apis/all-apis.ts';
import { presentKey } from '../keys/present-key.ts';
import type { AuditEvent } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExpiringKey, ExpirySpan, NewNotice } from '../ports/notice-store.ts';
import type { Storage } from '../ports/storage.ts';
import { DAY_MS, HOUR_MS, msOfOrNull } from '../times.ts';
import { LEAK_REPORTED, noticeOfEvent, noticeOfLeak } from './notice-of-event.ts';
import {
  expiredNotice,
  expiryReminder,
  OVERLAP_HOURS,
  overlapReminder,
  remindDaysOf,
} from './reminders.ts';
import { forgetInBatches } from '../forget-in-batches.ts';

/** Events turned into notices in one transaction. */
const EVENT_BATCH = 200;

/** Keys looked at in one go: each is read with its secrets. */
const EXPIRY_BATCH = 200;

/** What happened longer ago is told nobody any more, and deliveries are shown no longer. */
export const NOTICES_KEPT_MS = 30 * DAY_MS;

const MAX_FORGET_BATCHES = 100;

/**
 * Turns what happens to keys into notices: deeds, by following the audit log, and what time brings, by looking for
 * expiries. Both are exact however many keepers run on one database and wherever they are stopped: the position in
 * the log moves in the transaction that stores the notices, and a reminder is given by whoever writes it first.
 */
export class NoticeKeeper {
  readonly #storage: Storage;
  readonly #clock: Clock;

  constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Once over everything there is to tell now. Rejects with `StorageError`; the next run goes on from there. */
  async run(): Promise<void> {
    await this.follow();
    await this.look();
  }

  /** Tells of the deeds in the audit log that nobody was told of yet. Rejects with `StorageError`. */
  async follow(): Promise<void> {
    const { audit, notices } = this.#storage;
    for (;;) {
      const { auditSequence } = await notices.positions();
      const events = await audit.eventsAfter(auditSequence, EVENT_BATCH);
      const last = events.at(-1);
      if (last === undefined) return;
      const found: NewNotice[] = [];
      for (const event of events) found.push(...(await this.#noticesOf(event)));
      const moved = await notices.follow(auditSequence, last.sequence, found);
      // Of somebody else who follows, too, and was faster, it is not known how far they came.
      if (moved && events.length < EVENT_BATCH) return;
    }
  }

  /** Tells of every expiry whose time for a reminder, or whose own, has come since the last look. Rejects with `StorageError`. */
  async look(): Promise<void> {
    const { keys, notices } = this.#storage;
    const nowMs = this.#clock.now();
    const { lookedUntil } = await notices.positions();
    // A clock that was set back makes a new past; what was told of it is not told again.
    const from = Math.min(lookedUntil ?? nowMs, nowMs);
    const apis = new Map((await allApis(keys, null)).map((api) => [api.id, api]));
    const days = new Set([...apis.values()].flatMap(remindDaysOf));
    // At the very first look, everything that is near is looked at.
    const spanBefore = (ms: number) => ({
      from: lookedUntil === null ? nowMs : Math.max(from + ms, nowMs),
      to: nowMs + ms,
    });
    for (const each of days) {
      await this.#remind(spanBefore(each * DAY_MS), 'keysExpiring', (expiring) => {
        const api = apis.get(expiring.found.key.apiId);
        return api === undefined ? null : expiryReminder(expiring, api, nowMs);
      });
    }
    for (const hours of OVERLAP_HOURS) {
      await this.#remind(spanBefore(hours * HOUR_MS), 'secretsExpiring', (expiring) =>
        overlapReminder(expiring, nowMs),
      );
    }
    await this.#remind({ from, to: nowMs }, 'keysExpiring', (expiring) =>
      expiredNotice(expiring, nowMs),
    );
    await notices.setLookedUntil(nowMs);
  }

  /** Deletes what is kept no longer. */
  async forgetOld(): Promise<void> {
    const { notices } = this.#storage;
    const until = this.#clock.now() - NOTICES_KEPT_MS;
    await forgetInBatches((limit) => notices.deleteOld(until, limit), MAX_FORGET_BATCHES);
    await forgetInBatches((limit) => notices.deleteReminders(until, limit), MAX_FORGET_BATCHES);
  }

  async #noticesOf(event: AuditEvent): Promise<NewNotice[]> {
    const nowMs = this.#clock.now();
    if (event.action === LEAK_REPORTED) {
      const found = await this.#storage.keys.getKey(event.target.id);
      return [noticeOfLeak(event, found && presentKey(found, nowMs), nowMs)];
    }
    const own = noticeOfEvent(event, nowMs);
    const reminder = mayBringNearer(event) ? await this.#lateReminder(event, nowMs) : null;
    return [own, reminder].filter((notice) => notice !== null);
  }

  /** The time for a reminder may have passed already when the expiry was chosen, or while the key was off. */
  async #lateReminder({ action, target }: AuditEvent, nowMs: number): Promise<NewNotice | null> {
    const { keys } = this.#storage;
    const found = await keys.getKey(target.id);
    const expiresAt = found?.key.expiresAt ?? null;
    if (found === null || expiresAt === null) return null;
    const api = await keys.getApi(found.key.apiId);
    if (api === null) return null;
    const since = action === 'key.enabled' ? found.key.createdAt : 0;
    return expiryReminder({ id: target.id, expiresAt, found }, api, nowMs, since);
  }

  /** A page at a time, each in a transaction of its own. What is seen twice is told once. */
  async #remind(
    span: Pick<ExpirySpan, 'from' | 'to'>,
    kind: 'keysExpiring' | 'secretsExpiring',
    noticeOf: (expiring: ExpiringKey) => NewNotice | null,
  ): Promise<void> {
    const { notices } = this.#storage;
    for (let after: ExpirySpan['after'] = null; ;) {
      const page: ExpiringKey[] = await notices[kind]({ ...span, after, limit: EXPIRY_BATCH });
      const found = page.map(noticeOf).filter((notice) => notice !== null);
      if (found.length > 0) await notices.remind(found);
      const last = page.at(-1);
      if (last === undefined || page.length < EXPIRY_BATCH) return;
      after = { value: last.expiresAt, id: last.id };
    }
  }
}

/** Deeds after which a key may expire sooner than anybody was told. Whoever creates a key knows its expiry. */
function mayBringNearer({ action, before, after }: AuditEvent): boolean {
  if (!['key.updated', 'key.enabled', 'key.imported'].includes(action)) return false;
  const expiryOf = (key: unknown) => msOfOrNull((key as Pick<Key, 'expiresAt'>).expiresAt);
  const expiresAt = expiryOf(after);
  if (expiresAt === null) return false;
  return action !== 'key.updated' || expiryOf(before) !== expiresAt;
}
