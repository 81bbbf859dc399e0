import { verificationCodes } from '@claviger/contract';
import type { AttemptResult, Claviger, Dispatcher } from '@claviger/core';
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import { DurationHistogram } from './duration-histogram.ts';

export interface Metrics {
  readonly registry: Registry;
  /** One answered request, by operation; seconds. */
  observe(operation: string, status: number, seconds: number): void;
}

/** Prometheus metrics. What the hot path counts, it counts in plain numbers that are read when scraped. */
export function createMetrics(claviger: Claviger, dispatcher: Dispatcher): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { directory, recorder, follower, lease, clock } = claviger;
  const read = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });

  new Counter({
    name: 'claviger_verifications_total',
    help: 'Decisions by code, those about root keys included.',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const code of verificationCodes) this.inc({ code }, recorder.total(code));
    },
  });
  read('claviger_cached_secrets', 'Secrets held in memory.', () => directory.size);
  read(
    'claviger_cache_hits',
    'Look-ups answered from memory since the start.',
    () => directory.hits,
  );
  read(
    'claviger_cache_misses',
    'Look-ups that read the database since the start.',
    () => directory.misses,
  );
  read('claviger_feed_position', 'The newest change applied here.', () => follower.position);
  read('claviger_lease_alive', '1 while answers from memory are allowed.', () =>
    lease.alive(clock.now()) ? 1 : 0,
  );
  read('claviger_usage_pending', 'Usage entries that wait to be written.', () => recorder.depth);

  noticeMetrics(registry, claviger, dispatcher);
  const durations = new DurationHistogram();
  registry.registerMetric(durations as unknown as Metric);
  return {
    registry,
    observe: (operation, status, seconds) => durations.observe(operation, status, seconds),
  };
}

const attemptResults: readonly AttemptResult[] = ['delivered', 'failed'];

function noticeMetrics(
  registry: Registry,
  { storage, clock }: Claviger,
  dispatcher: Dispatcher,
): void {
  new Counter({
    name: 'claviger_webhook_attempts_total',
    help: 'Attempts to send notices, by result.',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const result of attemptResults) this.inc({ result }, dispatcher.count(result));
    },
  });
  // While the database is away, both keep what they were.
  const backlog = () => storage.notices.backlog().catch(() => null);
  new Gauge({
    name: 'claviger_webhook_deliveries_pending',
    help: 'Notices that wait to be sent, or to be sent again.',
    registers: [registry],
    async collect() {
      const found = await backlog();
      if (found !== null) this.set(found.pending);
    },
  });
  new Gauge({
    name: 'claviger_notice_lag_seconds',
    help: 'For how long the oldest notice that is due has been waiting to be sent.',
    registers: [registry],
    async collect() {
      const found = await backlog();
      if (found === null) return;
      const { dueSince } = found;
      this.set(dueSince === null ? 0 : Math.max(0, clock.now() - dueSince) / 1_000);
    },
  });
}
