import { describe, expect, test } from 'vitest';
import { readConfig } from '@claviger/server';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import {
  startCollector,
  type CollectedSpan,
  type OtlpCollector,
} from './harness/otlp-collector.ts';
import { startTestServer } from './harness/test-server.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CALLER}-01`;

const startTraced = ({ url }: OtlpCollector, env: Readonly<Record<string, string>> = {}) =>
  startTestServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`, ...env } });

const named = ({ spans }: OtlpCollector, name: string): CollectedSpan => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} in ${spans.map((span) => span.name)}`);
  return found;
};

describe('a traced server', () => {
  test('tells where the time of a request went, and whose request it was', async () => {
    await using collector = await startCollector();
    const server = await startTraced(collector);
    await defineApi(server, 'interact');
    const { key, secret } = await createTestKey(server);
    const headers = { traceparent, 'x-request-id': 'ours-1' };
    await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/disable`, { headers }));
    await server.stop();

    const request = named(collector, 'POST /v1/keys/{keyId}/disable');
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2, status: 0 });
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/keys/{keyId}/disable',
      'http.response.status_code': 200,
      'claviger.operation': 'disableKey',
      'claviger.request_id': 'ours-1',
    });
    const commit = collector.spans.find(
      ({ name, parentSpanId }) => name === 'committer.commit' && parentSpanId === request.spanId,
    );
    expect(commit).toMatchObject({ traceId: TRACE, kind: 3 });
    expect(collector.resource).toMatchObject({ 'service.name': 'claviger' });
    expect(collector.text).not.toContain(secret);
    expect(collector.text).not.toContain(server.rootKey);
  });

  test('traces verifications with their code, and the reading of a key that is not in memory', async () => {
    await using collector = await startCollector();
    const server = await startTraced(collector);
    await defineApi(server, 'interact');
    const { secret } = await createTestKey(server);
    await verify(server, secret);
    await verify(server, secret, { permissions: ['agent_jobs_trigger'] });
    await expectStatus(
      400,
      server.call('POST', '/v1/keys/verify', { body: { token: 1 }, headers: { traceparent } }),
    );
    await server.stop();

    const all = collector.spans.filter(({ name }) => name === 'POST /v1/keys/verify');
    const codes = all.map(({ attributes }) => attributes['claviger.code']);
    expect(codes).toEqual(['VALID', 'INSUFFICIENT_PERMISSIONS', undefined]);
    expect(all.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([
      200, 200, 400,
    ]);
    expect(all[2]).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
    const reads = collector.spans.filter(({ name }) => name === 'keys.findSecret');
    expect(reads.map(({ parentSpanId }) => parentSpanId)).toContain(all[0]?.spanId);
    expect(collector.text).not.toContain(secret);
  });

  test('never tells the address or the credential of a request', async () => {
    await using collector = await startCollector();
    const server = await startTraced(collector);
    const key = 'int_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL';
    await server.call('GET', `/v1/keys/${key}?cursor=${key}`, { headers: { 'x-api-key': key } });
    await server.call('GET', `/nothing/${key}`, { key: null });
    await server.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['GET /v1/keys/{keyId}', 'GET']),
    );
    expect(collector.text).not.toContain(key);
  });

  test('leaves out the traces that the sampler leaves out, but not those its caller records', async () => {
    await using collector = await startCollector();
    const server = await startTraced(collector, {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await server.call('GET', '/health/live');
    await server.call('GET', '/v1/apis', { headers: { traceparent } });
    await server.call('GET', '/v1/apis', { headers: { traceparent: `00-${TRACE}-${CALLER}-00` } });
    await server.stop();
    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests.map(({ name, traceId }) => [name, traceId])).toEqual([['GET /v1/apis', TRACE]]);
  });

  test('serves and stops in time where no collector is', async () => {
    const { url } = await startCollector().then(async (collector) => {
      await collector[Symbol.asyncDispose]();
      return collector;
    });
    const server = await startTestServer({ env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url } });
    await expectStatus(200, server.call('GET', '/v1/apis'));
    await server.stop();
  });
});

describe('the settings of tracing', () => {
  const tracing = (env: Readonly<Record<string, string>>) => readConfig(env).tracing;

  test('are those of OpenTelemetry', () => {
    expect(tracing({})).toBeNull();
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
    expect(tracing(base)).toEqual({ url: 'http://collector:4318/v1/traces', ratio: 1 });
    expect(tracing({ ...base, OTEL_SDK_DISABLED: 'true' })).toBeNull();
    const exact = 'https://collector.example.com/somewhere';
    expect(tracing({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact })?.url).toBe(exact);
    const sampled = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' };
    expect(tracing({ ...base, ...sampled, OTEL_TRACES_SAMPLER_ARG: '0.25' })?.ratio).toBe(0.25);
  });

  test('are checked at start', () => {
    const refused = (env: Readonly<Record<string, string>>) => () => readConfig(env);
    expect(refused({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address',
    );
    expect(refused({ OTEL_TRACES_SAMPLER: 'jaeger_remote' })).toThrow(
      'OTEL_TRACES_SAMPLER must be parentbased_always_on or parentbased_traceidratio',
    );
    expect(refused({ OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(
      'OTEL_TRACES_SAMPLER_ARG must be a number, 0 to 1',
    );
  });
});
