import { MemoryRateLimiter } from './rate-limits/memory-rate-limiter.ts';
import { FeedFollower } from './feed/feed-follower.ts';
import type { Context } from './context.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { LimitKeeper } from './rate-limits/limit-keeper.ts';
import { LeakDesk } from './leaks/leak-desk.ts';
import { InsightRecorder } from './insights/insight-recorder.ts';
import { DEFAULT_LOG_POLICY, type LogPolicy } from './logs/log-policy.ts';
import { LogRecorder } from './logs/log-recorder.ts';
import { NoticeKeeper } from './notices/notice-keeper.ts';
import type { Clock } from './ports/clock.ts';
import { noCourier, type Courier } from './ports/courier.ts';
import type { Storage } from './ports/storage.ts';
import type { Peppers } from './tokens/digest.ts';
import { UsageRecorder } from './usage/usage-recorder.ts';
import { KeyDirectory } from './verification/key-directory.ts';
import { DEFAULT_LEASE_MS, Lease } from './verification/lease.ts';
import { Verifier } from './verification/verifier.ts';

export interface ClavigerOptions {
  readonly storage: Storage;
  readonly peppers: Peppers;
  readonly clock: Clock;
  readonly leaseMs?: number;
  /** Sends notices. Without one, no webhook can be created and nothing is sent. */
  readonly courier?: Courier;
  /** Secrets held in memory at most, about 500 bytes each. */
  readonly cacheCapacity?: number;
  readonly logPolicy?: LogPolicy;
}

export const DEFAULT_CACHE_CAPACITY = 1_000_000;

/** The key library, put together: commands run in its context, presented keys go to its verifier. */
export interface Claviger extends Context {
  readonly verifier: Verifier;
  readonly directory: KeyDirectory;
  readonly recorder: UsageRecorder;
  readonly insights: InsightRecorder;
  readonly limits: LimitKeeper;
  readonly idempotency: Idempotency;
  readonly leaks: LeakDesk;
  readonly courier: Courier;
  readonly notices: NoticeKeeper;
}

export function createClaviger(options: ClavigerOptions): Claviger {
  const { storage, peppers, clock } = options;
  const lease = new Lease(clock, options.leaseMs ?? DEFAULT_LEASE_MS);
  const recorder = new UsageRecorder(storage.usage, peppers, clock);
  const { logPolicy: policy = DEFAULT_LOG_POLICY } = options;
  const insights = new InsightRecorder({
    store: storage.insights,
    clock,
    watching: policy.enabled,
    dropped: () => logs.dropped,
  });
  const logs = new LogRecorder({
    store: storage.logs,
    clock,
    policy,
    observe: (columns, fromPlace) => insights.observe(columns, fromPlace),
  });
  const directory = new KeyDirectory({
    store: storage.keys,
    peppers,
    clock,
    lease,
    capacity: options.cacheCapacity ?? DEFAULT_CACHE_CAPACITY,
    onOldPepper: (found, tokenHash) => recorder.redigest(found, tokenHash),
  });
  const follower = new FeedFollower(storage.feed, directory, lease);
  const limiter = new MemoryRateLimiter();
  const limits = new LimitKeeper(limiter, storage.rateLimits, clock);
  const { credits } = storage;
  const verifier = new Verifier({ directory, recorder, logs, clock, lease, limiter, credits });
  const idempotency = new Idempotency(storage.answers, peppers, clock);
  const context = { storage, peppers, clock, follower, lease, logs };
  const parts = { verifier, directory, recorder, insights, limits, idempotency };
  const leaks = new LeakDesk(context, directory);
  const { courier = noCourier } = options;
  const notices = new NoticeKeeper(storage, clock);
  return { ...context, ...parts, leaks, courier, notices };
}
