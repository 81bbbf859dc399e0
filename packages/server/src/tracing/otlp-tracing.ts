import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Storage } from '@claviger/core';
import { tracedStorage } from './traced-storage.ts';
import type { RequestOutcome, RequestSpan, Tracing, TracingConfig } from './tracing.ts';

const propagator = new W3CTraceContextPropagator();
const header = {
  get: (carrier: string | undefined, name: string) =>
    name === 'traceparent' ? carrier : undefined,
  keys: () => ['traceparent'],
};

/** A collector that is away must not hold up the end of the process for longer than this. */
const EXPORT_TIMEOUT_MS = 2_000;

/** By the names of the semantic conventions 1.4x for HTTP and databases. */
export class OtlpTracing implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  /** Of the request that the current code works for. */
  readonly #contexts = new AsyncLocalStorage<Context>();

  constructor({ url, ratio }: TracingConfig, version: string) {
    const service = { 'service.name': 'claviger', 'service.version': version };
    this.#provider = new TracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, as they are the operator's word.
      resource: defaultResource()
        .merge(resourceFromAttributes(service))
        .merge(detectResources({ detectors: [envDetector] })),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }),
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('claviger', version);
  }

  begin(traceparent: string | undefined): RequestSpan {
    const parent = propagator.extract(ROOT_CONTEXT, traceparent, header);
    const span = this.#tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    const context = trace.setSpan(parent, span);
    return {
      run: (work) => this.#contexts.run(context, work),
      end: (outcome) => endRequest(span, outcome),
    };
  }

  traced(storage: Storage): Storage {
    return tracedStorage(storage, (name, call) => this.#inSpan(name, call));
  }

  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }

  /** Background work belongs to no request and is not traced. */
  #inSpan<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    const parent = this.#contexts.getStore();
    if (parent === undefined) return call();
    const attributes = { 'db.operation.name': name };
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
    return this.#contexts.run(trace.setSpan(parent, span), call).then(
      (result) => {
        span.end();
        return result;
      },
      (error: unknown) => {
        // Its message may hold values; its name cannot.
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
        span.end();
        throw error;
      },
    );
  }
}

function endRequest(span: Span, outcome: RequestOutcome): void {
  const { method, route, operation, status, requestId, code } = outcome;
  span.updateName(route === null ? method : `${method} ${route}`);
  span.setAttributes({
    'http.request.method': method,
    ...(route !== null && { 'http.route': route }),
    'http.response.status_code': status,
    'claviger.operation': operation,
    'claviger.request_id': requestId,
    ...(code !== undefined && { 'claviger.code': code }),
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
