import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came, with its attributes as plain values. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** Of OTLP: 2 server, 3 client. */
  readonly kind: number;
  /** Of OTLP: 2 is an error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface OtlpCollector extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  readonly resource: Readonly<Record<string, unknown>>;
  /** Everything that came, as text. */
  readonly text: string;
}

type Attributes = readonly { key: string; value: Record<string, unknown> }[];

interface Exported {
  resourceSpans: {
    resource: { attributes: Attributes };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        kind: number;
        status?: { code?: number };
        attributes: Attributes;
      }[];
    }[];
  }[];
}

/** Takes traces as an OpenTelemetry collector does: OTLP over HTTP with JSON, at /v1/traces. */
export async function startCollector(): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const resource: Record<string, unknown> = {};
  const texts: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      texts.push(text);
      if (request.url === '/v1/traces') collect(JSON.parse(text) as Exported);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const collect = ({ resourceSpans }: Exported) => {
    for (const { resource: from, scopeSpans } of resourceSpans) {
      Object.assign(resource, plain(from.attributes));
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        const { traceId, spanId, parentSpanId, name, kind } = span;
        const attributes = plain(span.attributes);
        const status = span.status?.code ?? 0;
        spans.push({ traceId, spanId, parentSpanId, name, kind, status, attributes });
      }
    }
  };
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resource,
    get text() {
      return texts.join('\n');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

const plain = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
