import * as fc from 'fast-check';
import { parseList } from 'structured-headers';
import { expect, test } from 'vitest';
import type { RateLimitState } from '@claviger/contract';
import { rateLimitHeaders } from '../src/http/rate-limit-headers.ts';

const aReport = (fields: Partial<RateLimitState> = {}): RateLimitState => ({
  name: 'read',
  limit: 100,
  windowSeconds: 60,
  remaining: 42,
  resetSeconds: 17,
  ...fields,
});

/** The members of a list of items, each with its parameters in their order. */
const parsed = (field: string | undefined) =>
  parseList(field ?? '').map(([value, parameters]) => [value, [...parameters]]);

test('one limit is one member of each field', () => {
  expect(rateLimitHeaders([aReport()])).toEqual({
    'ratelimit-policy': '"read";q=100;w=60',
    ratelimit: '"read";r=42;t=17',
  });
});

test('several limits are members of one list, in their order', () => {
  const headers = rateLimitHeaders([
    aReport(),
    aReport({ name: 'daily', limit: 1_000, windowSeconds: 86_400, remaining: 0, resetSeconds: 0 }),
  ]);
  expect(headers).toEqual({
    'ratelimit-policy': '"read";q=100;w=60, "daily";q=1000;w=86400',
    ratelimit: '"read";r=42;t=17, "daily";r=0;t=0',
  });
});

test('without limits there is no field, since an empty list is not sent', () => {
  expect(rateLimitHeaders([])).toEqual({});
  expect(rateLimitHeaders([], 3)).toEqual({ 'retry-after': '3' });
});

test('seconds are whole and rounded up', () => {
  const { ratelimit, 'retry-after': retryAfter } = rateLimitHeaders(
    [aReport({ resetSeconds: 0.001 })],
    59.001,
  );
  expect(ratelimit).toBe('"read";r=42;t=1');
  expect(retryAfter).toBe('60');
});

test('what a String cannot hold becomes a question mark', () => {
  const { ratelimit } = rateLimitHeaders([aReport({ name: 'prüfen 😀\r\nx: y' })]);
  expect(ratelimit).toBe('"pr?fen ???x: y";r=42;t=17');
});

test('any limits read back as they are, by a parser of structured fields', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  });
  const name = fc.oneof(printable, fc.constantFrom('"', '\\', '\\"', '", "x";q=1', '\\\\"'));
  const count = fc.integer({ min: 0, max: 1_000_000_000 });
  const reports = fc.array(
    fc.record({ name, limit: count, windowSeconds: count, remaining: count, resetSeconds: count }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(reports, (limits) => {
      const headers = rateLimitHeaders(limits);
      expect(parsed(headers['ratelimit-policy'])).toEqual(
        limits.map(({ name, limit, windowSeconds }) => [
          name,
          [
            ['q', limit],
            ['w', windowSeconds],
          ],
        ]),
      );
      expect(parsed(headers['ratelimit'])).toEqual(
        limits.map(({ name, remaining, resetSeconds }) => [
          name,
          [
            ['r', remaining],
            ['t', resetSeconds],
          ],
        ]),
      );
    }),
    { numRuns: 1_000 },
  );
});
