import {
  forgetInvitations,
  forgetRecoveries,
  type Claviger,
  type Dispatcher,
} from '@claviger/core';
import type { Accounts } from './accounts/create-accounts.ts';
import type { AuditCheckpoints } from './audit/audit-checkpoints.ts';
import type { Log } from './log.ts';

/** What a crash can lose of usage counts and last uses, unless more keys are used than can be written in that time. */
const FLUSH_INTERVAL_MS = 1_000;

/** Several tries within one lease, so that a single slow one does not end it. */
const RENEWALS_PER_LEASE = 5;

/** Secrets in stored answers outlive their ten minutes by this at most; none is shown after them. */
const FORGET_INTERVAL_MS = 60_000;

/** A key that was found in public is dealt with within so much, and its finder cannot tell by the time. */
const LEAKS_INTERVAL_MS = 1_000;

/** Days for the log are made three ahead, and old ones wait for their midnight anyway. */
const KEEP_UP_INTERVAL_MS = 60_000;

/** What a crash can lose of what insights know. They speak of days. */
const OBSERVE_INTERVAL_MS = 10_000;

const FORGET_OBSERVATIONS_INTERVAL_MS = 3_600_000;

/** How long an audit checkpoint may be overdue. */
const CHECKPOINT_INTERVAL_MS = 1_000;

/** How late the first attempt is at most. */
const NOTICE_INTERVAL_MS = 1_000;

/** Reminders are days ahead, and an expiry is told soon enough. */
const EXPIRY_INTERVAL_MS = 10_000;

/** Attempts under way get this long when the server stops; what is cut is sent again after the next start. */
const SENDING_GRACE_MS = 1_000;

export interface BackgroundParts {
  readonly claviger: Claviger;
  readonly accounts: Accounts;
  readonly dispatcher: Dispatcher;
  /** Null: none are made. */
  readonly checkpoints: AuditCheckpoints | null;
  readonly log: Log;
}

/** Renews the lease and writes records until it is stopped. Says once when the database goes and once when it is back. */
export function startBackground(parts: BackgroundParts): { stop(): Promise<void> } {
  const { claviger, accounts, dispatcher, checkpoints, log } = parts;
  const { follower, recorder, logs, insights, limits, lease, idempotency } = claviger;
  const { leaks, notices } = claviger;
  const timers = [
    repeat(() => follower.renew(), lease.durationMs / RENEWALS_PER_LEASE, 'lease renewal', log),
    repeat(() => recorder.flushGently(), FLUSH_INTERVAL_MS, 'usage flush', log),
    repeat(() => logs.flushGently(), FLUSH_INTERVAL_MS, 'writing of request logs', log),
    repeat(() => logs.keepUp(), KEEP_UP_INTERVAL_MS, 'deletion of old request logs', log),
    repeat(() => insights.flushGently(), OBSERVE_INTERVAL_MS, 'writing of insights', log),
    repeat(
      () => insights.deleteOld(),
      FORGET_OBSERVATIONS_INTERVAL_MS,
      'forgetting of old insights',
      log,
    ),
    repeat(() => idempotency.forgetOld(), FORGET_INTERVAL_MS, 'forgetting of old answers', log),
    repeat(() => accounts.forgetOld(), FORGET_INTERVAL_MS, 'forgetting of old sessions', log),
    repeat(
      () => forgetInvitations(claviger),
      FORGET_INTERVAL_MS,
      'forgetting of old invitations',
      log,
    ),
    repeat(
      () => forgetRecoveries(claviger),
      FORGET_INTERVAL_MS,
      'forgetting of old recovery links',
      log,
    ),
    repeat(() => leaks.work(), LEAKS_INTERVAL_MS, 'working off leak reports', log),
    repeat(() => limits.saveGently(), FLUSH_INTERVAL_MS, 'saving of rate limits', log),
    ...(checkpoints === null
      ? []
      : [repeat(() => checkpoints.tick(), CHECKPOINT_INTERVAL_MS, 'audit checkpoints', log)]),
    repeat(() => notices.follow(), NOTICE_INTERVAL_MS, 'making of notices', log),
    repeat(() => notices.look(), EXPIRY_INTERVAL_MS, 'looking for expiries', log),
    repeat(() => notices.forgetOld(), FORGET_INTERVAL_MS, 'forgetting of old notices', log),
    repeat(() => dispatcher.pump(), NOTICE_INTERVAL_MS, 'sending of notices', log),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      try {
        await leaks.work();
        await dispatcher.stop(SENDING_GRACE_MS);
      } finally {
        await recorder.flush();
        await limits.save();
        await logs.flush();
        await insights.flush();
        await checkpoints?.stop();
      }
    },
  };
}

function repeat(
  task: () => Promise<void>,
  intervalMs: number,
  name: string,
  log: Log,
): NodeJS.Timeout {
  let failing = false;
  const timer = setInterval(() => {
    task().then(
      () => {
        if (failing) log.info(`${name} works again`);
        failing = false;
      },
      (error: unknown) => {
        if (!failing) log.error({ err: error }, `${name} fails; trying on`);
        failing = true;
      },
    );
  }, intervalMs);
  return timer;
}
