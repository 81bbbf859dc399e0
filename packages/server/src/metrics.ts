import { verificationCodes } from '@claviger/contract';
import type { AttemptResult, Claviger, Dispatcher } from '@claviger/core';
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import type { AuditCheckpoints } from './audit/audit-checkpoints.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { VERSION } from './version.ts';

export interface Metrics {
  readonly registry: Registry;
  /** One answered request, by operation; seconds. */
  observe(operation: string, status: number, seconds: number): void;
}

/** Prometheus metrics. What the hot path counts, it counts in plain numbers that are read when scraped. */
export function createMetrics(
  claviger: Claviger,
  dispatcher: Dispatcher,
  checkpoints: AuditCheckpoints | null,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const series = new Series(registry);
  new Gauge({
    name: 'claviger_build_info',
    help: '1, with the version as a label.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: VERSION }, 1);
  addDecisions(series, claviger);
  addRecords(series, claviger, checkpoints);
  addNotices(series, claviger, dispatcher);
  const durations = new DurationHistogram();
  registry.registerMetric(durations as unknown as Metric);
  return {
    registry,
    observe: (operation, status, seconds) => durations.observe(operation, status, seconds),
  };
}

/** Series whose values are looked up when they are scraped. */
class Series {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  gauge(name: string, help: string, value: () => number): void {
    this.lateGauge(name, help, async () => value());
  }

  /** Null: it cannot be told now, and stays what it was. */
  lateGauge(name: string, help: string, value: () => Promise<number | null>): void {
    new Gauge({
      name,
      help,
      registers: this.#registers,
      async collect() {
        const found = await value();
        if (found !== null) this.set(found);
      },
    });
  }

  counter(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: this.#registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  /** One for each value of the label. */
  counters(
    name: string,
    help: string,
    label: string,
    values: () => Iterable<readonly [of: string, value: number]>,
  ): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: this.#registers,
      collect() {
        this.reset();
        for (const [of, value] of values()) this.inc({ [label]: of }, value);
      },
    });
  }
}

function addDecisions(
  series: Series,
  { directory, recorder, follower, lease, clock }: Claviger,
): void {
  series.counters(
    'claviger_verifications_total',
    'Decisions by code, those about root keys included.',
    'code',
    () => verificationCodes.map((code) => [code, recorder.total(code)]),
  );
  series.gauge('claviger_cached_secrets', 'Secrets held in memory.', () => directory.size);
  series.counter(
    'claviger_cache_hits_total',
    'Look-ups answered from memory.',
    () => directory.hits,
  );
  series.counter(
    'claviger_cache_misses_total',
    'Look-ups that read the database.',
    () => directory.misses,
  );
  series.gauge(
    'claviger_feed_position',
    'The newest change applied here.',
    () => follower.position,
  );
  series.gauge('claviger_lease_alive', '1 while answers from memory are allowed.', () =>
    lease.alive(clock.now()) ? 1 : 0,
  );
}

function addRecords(
  series: Series,
  { recorder, logs }: Claviger,
  checkpoints: AuditCheckpoints | null,
): void {
  series.gauge(
    'claviger_usage_pending',
    'Usage entries that wait to be written.',
    () => recorder.depth,
  );
  series.gauge(
    'claviger_log_entries_pending',
    'Log entries that wait to be written.',
    () => logs.depth,
  );
  series.counter(
    'claviger_log_entries_dropped_total',
    'Log entries that found no room.',
    () => logs.dropped,
  );
  series.counter('claviger_log_entries_written_total', 'Log entries written.', () => logs.written);
  series.gauge(
    'claviger_audit_checkpoint_position',
    'The event that the last audit checkpoint of this process vouches for.',
    () => checkpoints?.sequence ?? 0,
  );
  series.counter(
    'claviger_audit_checkpoint_failures_total',
    'Tries to keep an audit checkpoint that failed.',
    () => checkpoints?.failures ?? 0,
  );
}

const attemptResults: readonly AttemptResult[] = ['delivered', 'failed'];

function addNotices(series: Series, { storage, clock }: Claviger, dispatcher: Dispatcher): void {
  const look = () => storage.notices.backlog().catch(() => null);
  // Both gauges are collected at once, and from one look.
  let looking: ReturnType<typeof look> | null = null;
  const backlog = () => (looking ??= look().finally(() => (looking = null)));
  series.counters(
    'claviger_webhook_attempts_total',
    'Attempts to send notices, by result.',
    'result',
    () => attemptResults.map((result) => [result, dispatcher.count(result)]),
  );
  series.lateGauge(
    'claviger_webhook_deliveries_pending',
    'Notices that wait to be sent, or to be sent again.',
    async () => (await backlog())?.pending ?? null,
  );
  series.lateGauge(
    'claviger_notice_lag_seconds',
    'For how long the oldest notice that is due has been waiting to be sent.',
    async () => {
      const found = await backlog();
      if (found === null) return null;
      return found.dueSince === null ? 0 : Math.max(0, clock.now() - found.dueSince) / 1_000;
    },
  );
}
