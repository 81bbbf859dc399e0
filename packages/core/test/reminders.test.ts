import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newNotice } from '../src/notices/new-notice.ts';
import { thresholdDue } from '../src/notices/reminders.ts';
import { nextAttemptAt } from '../src/notices/retry-schedule.ts';
import { isReachable } from '../src/notices/reachable-address.ts';
import { compileAddresses } from '../src/verification/addresses.ts';

const thresholds = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 8 });

test('looked at after every step of time, each threshold that lies between is given once, nearest first of late ones', () => {
  fc.assert(
    fc.property(
      thresholds,
      fc.integer({ min: 0, max: 1_500 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 40 }),
      (all, end, steps) => {
        const given: number[] = [];
        let nowMs = 0;
        for (const step of [0, ...steps]) {
          const before = nowMs;
          nowMs += step;
          const due = thresholdDue(all, { end, since: 0, nowMs });
          const come = all.filter((t) => end - t > 0 && end - t <= nowMs);
          if (nowMs >= end) expect(due).toBeNull();
          else if (due !== null && !given.includes(due)) {
            given.push(due);
            // What came since the last look, the nearest of it.
            const since = come.filter((t) => step === 0 || end - t > before);
            expect(due).toBe(Math.min(...since));
          }
        }
        expect(given).toEqual(given.toSorted((a, b) => b - a));
      },
    ),
  );
});

test('a delivery is tried eight times within little more than a day, ever later, and never past a bound', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
      (random, retryAfterMs) => {
        let nowMs = 0;
        const pauses: number[] = [];
        for (let tries = 1; ; tries++) {
          const next = nextAttemptAt({ tries, nowMs, retryAfterMs, random });
          if (next === null) break;
          pauses.push(next - nowMs);
          nowMs = next;
        }
        expect(pauses).toHaveLength(7);
        for (const pause of pauses) {
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 12 * 3_600_000));
          expect(pause).toBeLessThanOrEqual(12 * 3_600_000);
        }
        if (retryAfterMs === undefined) expect(nowMs).toBeLessThanOrEqual(26 * 3_600_000);
      },
    ),
  );
});

test('what is sent is small: long fields of the key are left out by name', () => {
  const key = {
    id: 'key_1',
    name: 'Production',
    resources: { customer: Array.from({ length: 100 }, (_, at) => `${'c'.repeat(120)}${at}`) },
    allowedOrigins: Array.from({ length: 50 }, () => 'o'.repeat(300)),
    permissions: ['read'],
  };
  const times = { at: 0, nowMs: 0 };
  const { body } = newNotice('key.created', times, { keyId: 'key_1', key });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
  expect(JSON.parse(body)).toEqual({
    type: 'key.created',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: {
      keyId: 'key_1',
      key: {
        id: 'key_1',
        name: 'Production',
        allowedOrigins: key.allowedOrigins,
        permissions: ['read'],
      },
      omitted: ['resources'],
    },
  });
  const small = { id: 'key_1', name: 'Small' };
  const whole = JSON.parse(newNotice('key.created', times, { key: small }).body);
  expect(whole.data).toEqual({ key: small });
});

const nothing = compileAddresses([]);

test.each([
  ['93.184.215.14', true],
  ['1.1.1.1', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['100.63.255.255', true],
  ['2606:4700:4700::1111', true],
  ['64:ff9b::5db8:d70e', true],
  ['::ffff:93.184.215.14', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['10.0.0.1', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.0.0.1', false],
  ['192.0.2.1', false],
  ['192.88.99.1', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['198.51.100.1', false],
  ['203.0.113.1', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::127.0.0.1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a9fe:a9fe', false],
  ['::ffff:0:127.0.0.1', false],
  ['64:ff9b::127.0.0.1', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['64:ff9b:1::1', false],
  ['100::1', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::1', false],
  ['2002:5db8:d70e::1', false],
  ['3fff::1', false],
  ['4000::1', false],
  ['5f00::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['2606:4700:4700::1111%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['localhost', false],
  ['2130706433', false],
  ['', false],
])('an address that notices go to: %s – %s', (address, reachable) => {
  expect(isReachable(address, nothing)).toBe(reachable);
});

test('an operator opens ranges, and what stands for an address in them', () => {
  const opened = compileAddresses(['10.0.0.0/8', 'fd00::/8', '127.0.0.1']);
  const reached = (address: string) => isReachable(address, opened);
  expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '127.0.0.1', '1.1.1.1'].map(reached)).toEqual(
    Array.from({ length: 5 }, () => true),
  );
  expect(['192.168.0.1', '127.0.0.2', 'fc00::1', '169.254.169.254'].map(reached)).toEqual(
    Array.from({ length: 4 }, () => false),
  );
});
