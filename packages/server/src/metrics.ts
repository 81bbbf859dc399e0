import { verificationCodes } from '@claviger/contract';
import type { Claviger } from '@claviger/core';
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import type { AuditCheckpoints } from './audit/audit-checkpoints.ts';
import { DurationHistogram } from './duration-histogram.ts';

export interface Metrics {
  readonly registry: Registry;
  /** One answered request, by operation; seconds. */
  observe(operation: string, status: number, seconds: number): void;
}

/** Prometheus metrics. What the hot path counts, it counts in plain numbers that are read when scraped. */
export function createMetrics(claviger: Claviger, checkpoints: AuditCheckpoints | null): Metrics {
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

  read(
    'claviger_audit_checkpoint_position',
    'The event that the last audit checkpoint of this process vouches for.',
    () => checkpoints?.sequence ?? 0,
  );
  new Counter({
    name: 'claviger_audit_checkpoint_failures_total',
    help: 'Tries to keep an audit checkpoint that failed.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(checkpoints?.failures ?? 0);
    },
  });

  const durations = new DurationHistogram();
  registry.registerMetric(durations as unknown as Metric);
  return {
    registry,
    observe: (operation, status, seconds) => durations.observe(operation, status, seconds),
  };
}
