import type { AttemptRecord, ClaimedDelivery, Settlement } from '../ports/notice-store.ts';
import type { CourierReport } from '../ports/courier.ts';
import { DAY_MS, isoTime } from '../times.ts';
import { nextAttemptAt } from './retry-schedule.ts';
import { signingSecrets } from './signing-secret.ts';
import { switchOffWebhook } from './switch-off-webhook.ts';
import type { NoticeContext } from './webhook-rules.ts';

/** Sent at once, each to another webhook: one that hangs must not keep the others waiting. */
const MAX_UNDER_WAY = 8;

/** Longer than any attempt takes. What a crash leaves behind is sent again after it. */
const CLAIM_MS = 2 * 60_000;

/** A webhook that failed for so long, without one success, is switched off. */
const PATIENCE_MS = 5 * DAY_MS;

const UNSIGNED: CourierReport = {
  error:
    'The signing secret cannot be read: the pepper it was stored under is not configured. Restore the pepper, or rotate the secret.',
  status: null,
  response: null,
};

export type AttemptResult = 'delivered' | 'failed';

/**
 * Sends what is due. Each delivery is claimed in the database first, so several dispatchers on it do not send one
 * twice at once; one that dies leaves a claim that lapses, and the notice is sent again under the same id.
 */
export class Dispatcher {
  readonly #context: NoticeContext;
  readonly #report: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  readonly #counts: Record<AttemptResult, number> = { delivered: 0, failed: 0 };
  #claiming: Promise<void> = Promise.resolve();
  #stopped = false;

  /** `report`: takes faults of ours that nobody waits for. */
  constructor(context: NoticeContext, report: (error: unknown) => void) {
    this.#context = context;
    this.#report = report;
  }

  /** Attempts since the start. */
  count(result: AttemptResult): number {
    return this.#counts[result];
  }

  /** Begins to send what is due; resolves before it is sent. Rejects with `StorageError`. */
  pump(): Promise<void> {
    const pumped = this.#claiming.then(() => this.#claim());
    // One after the other, so that together they do not claim more than may be under way.
    this.#claiming = pumped.catch(() => undefined);
    return pumped;
  }

  /** Sends all that is due; resolves when that and all that was under way has ended. Rejects with `StorageError`. */
  async run(): Promise<void> {
    await this.pump();
    for (;;) {
      const claiming = this.#claiming;
      await claiming;
      await Promise.all(this.#underWay);
      // Whatever ended has looked for more.
      if (claiming === this.#claiming) return;
    }
  }

  /** Begins nothing more, lets what is under way end, and after `graceMs` gives it back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const cut = setTimeout(() => this.#cut.abort(), graceMs);
    await this.#claiming;
    await Promise.all(this.#underWay);
    clearTimeout(cut);
  }

  async #claim(): Promise<void> {
    const { storage, clock } = this.#context;
    const free = MAX_UNDER_WAY - this.#underWay.size;
    if (free <= 0 || this.#stopped) return;
    const nowMs = clock.now();
    const claimed = await storage.notices.claim(nowMs, nowMs + CLAIM_MS, free);
    for (const delivery of claimed) {
      if (this.#isStopped()) {
        await storage.notices.release(delivery);
        continue;
      }
      const sending: Promise<void> = this.#deliver(delivery)
        .catch(this.#report)
        .finally(() => {
          this.#underWay.delete(sending);
          // What else waits for this webhook, and for the place that is free now.
          this.pump().catch(this.#report);
        });
      this.#underWay.add(sending);
    }
  }

  /** Asked again after waiting: it may have changed meanwhile. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const { storage, clock } = this.#context;
    const at = clock.now();
    const begun = clock.monotonic();
    const report = await this.#send(claimed, at);
    if (report.error !== null && this.#cut.signal.aborted) {
      await storage.notices.release(claimed);
      return;
    }
    const { error, status, response } = report;
    const durationMs = Math.round(clock.monotonic() - begun);
    const attempt = { at, status, error, durationMs, response };
    await storage.notices.settle(claimed, settlementOf(claimed, attempt, report));
    this.#counts[error === null ? 'delivered' : 'failed'] += 1;
    const reason = reasonToSwitchOff(claimed, report, at);
    if (reason !== null) await switchOffWebhook(this.#context, claimed.webhook.id, reason);
  }

  #send({ webhook, notice }: ClaimedDelivery, sentAt: number): Promise<CourierReport> {
    const { courier, peppers } = this.#context;
    let secrets: string[];
    try {
      secrets = signingSecrets(peppers, webhook, sentAt);
    } catch {
      return Promise.resolve(UNSIGNED);
    }
    const { id: noticeId, type, body } = notice;
    const { id: webhookId, url } = webhook;
    const parcel = { url, noticeId, webhookId, type, body, sentAt, secrets };
    return courier.send(parcel, this.#cut.signal);
  }
}

function settlementOf(
  { delivery }: ClaimedDelivery,
  attempt: AttemptRecord,
  { retryAfterMs, gone }: CourierReport,
): Settlement {
  if (attempt.error === null) return { status: 'delivered', attempt, nextAttemptAt: null };
  const tries = delivery.tries + 1;
  const random = Math.random();
  const again =
    gone === true ? null : nextAttemptAt({ tries, nowMs: attempt.at, retryAfterMs, random });
  return { status: again === null ? 'failed' : 'pending', attempt, nextAttemptAt: again };
}

function reasonToSwitchOff(
  { webhook: { failingSince } }: ClaimedDelivery,
  { error, gone }: CourierReport,
  nowMs: number,
): string | null {
  if (gone === true) return 'It answered 410 Gone: nothing is wanted there any more.';
  if (error === null || failingSince === null || nowMs - failingSince < PATIENCE_MS) return null;
  return `Every attempt since ${isoTime(failingSince)} failed, the last one with: ${error}`;
}
