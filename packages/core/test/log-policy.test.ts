import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_LOG_POLICY,
  loggedAddress,
  loggedFreeText,
  loggedText,
  type TextKind,
} from '../src/logs/log-policy.ts';
import { generateToken } from '../src/tokens/generate-token.ts';

const prefix = fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/);
const length = fc.integer({ min: 28, max: 128 });
const token = fc
  .tuple(prefix, length)
  .map((format) => generateToken({ prefix: format[0], length: format[1] }, 'production'));

const around = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'aZ0_/?#%=&.:'), maxLength: 30 }),
);
const kind = fc.constantFrom<TextKind>('origin', 'userAgent', 'path', 'method', 'ip');

/** Some of its characters percent-encoded. */
const encoded = (text: string, which: readonly boolean[]) =>
  [...text]
    .map((char, at) =>
      which[at % which.length] === true ? `%${char.charCodeAt(0).toString(16)}` : char,
    )
    .join('');

describe('no token is left in a text', () => {
  test('wherever in it it stands, and however much of it is percent-encoded', () => {
    fc.assert(
      fc.property(
        around,
        token,
        around,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        kind,
        (before, secret, after, which, kind) => {
          const body = secret.slice(secret.lastIndexOf('_') + 1);
          for (const form of [secret, encoded(secret, which)]) {
            const text = `${before}${form}${after}`;
            for (const kept of [loggedFreeText(text), loggedText(kind, text, DEFAULT_LOG_POLICY)]) {
              expect(kept).not.toContain(body);
              expect(kept).not.toContain(form.slice(-20));
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('and what has no token in it stays as it was', () => {
    const innocent = around.filter((text) => !/[0-9A-Za-z]{28}/.test(text));
    fc.assert(fc.property(innocent, (text) => loggedFreeText(text) === text));
  });
});

test('an address is kept in one form, and what is none is not kept', () => {
  for (const [ip, full, truncated] of [
    ['203.0.113.7', '203.0.113.7', '203.0.113.0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', '2001:db8::'],
    ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.0'],
    ['fe80::1%eth0', '', ''],
    ['somewhere', '', ''],
    ['', '', ''],
  ] as const) {
    expect([ip, loggedAddress(ip, { ips: 'full' })]).toEqual([ip, full]);
    expect([ip, loggedAddress(ip, { ips: 'truncated' })]).toEqual([ip, truncated]);
  }
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla'],
  ['curl/8.1.2', 'curl'],
  ['okhttp', 'okhttp'],
  ['(compatible)', ''],
  ['', ''],
])('of the user agent %j, the name of the program is kept', (userAgent, name) => {
  const policy = { ...DEFAULT_LOG_POLICY, userAgents: 'truncated' } as const;
  expect(loggedText('userAgent', userAgent, policy)).toBe(name);
});

test.each([
  ['/v1/jobs?key=1#x', '/v1/jobs'],
  ['/v1/jobs#x?y', '/v1/jobs'],
  ['https://user:password@example.com/v1/jobs', '/v1/jobs'],
  ['https://example.com', ''],
  ['/v1//jobs', '/v1//jobs'],
  [`/${'x'.repeat(3_000)}`, `/${'x'.repeat(2_047)}`],
])('of the path %j, what comes before its query is kept', (path, kept) => {
  expect(loggedText('path', path, DEFAULT_LOG_POLICY)).toBe(kept);
});
