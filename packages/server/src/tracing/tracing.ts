import type { Storage } from '@claviger/core';

/** Where spans go, and of how many traces. */
export interface TracingConfig {
  /** Of the OTLP receiver: `http://collector:4318/v1/traces`. */
  readonly url: string;
  /** Of the traces that nobody else decided about, 0 to 1. */
  readonly ratio: number;
}

/** The span of a request that is being answered. */
export interface RequestSpan {
  /** What is begun in here belongs to this request. */
  run<Result>(work: () => Result): Result;
  /** Once, when the answer is there. */
  end(outcome: RequestOutcome): void;
}

export interface RequestOutcome {
  readonly method: string;
  /** With its parameters in braces, never filled in: `/v1/keys/{keyId}`. Null where nothing is served. */
  readonly route: string | null;
  readonly operation: string;
  readonly status: number;
  readonly requestId: string;
  /** Of a verification. */
  readonly code?: string;
}

/** Tells a collector where the time of a request went, by OpenTelemetry. */
export interface Tracing {
  /** `traceparent`: as the request brought it (W3C Trace Context). */
  begin(traceparent: string | undefined): RequestSpan;
  /** The same storage; each call of it in the course of a request becomes a span. */
  traced(storage: Storage): Storage;
  /** Sends what waits, and ends. */
  shutdown(): Promise<void>;
}

/** OpenTelemetry is loaded here and nowhere else: who does not trace does not pay for it. */
export async function openTracing(config: TracingConfig, version: string): Promise<Tracing> {
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  return new OtlpTracing(config, version);
}
