import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lease } from '../src/verification/lease.ts';
import { ManualClock } from './model/manual-clock.ts';

const LEASE_MS = 5_000;
const HOUR_MS = 3_600_000;

function start() {
  const clock = new ManualClock();
  const lease = new Lease(clock, LEASE_MS);
  const alive = () => lease.alive(clock.now());
  return { clock, lease, alive };
}

function startRenewed() {
  const started = start();
  started.lease.renew(started.lease.mark());
  return started;
}

describe('a lease', () => {
  test('is dead before it was ever renewed', () => {
    expect(start().alive()).toBe(false);
  });

  test('lives for its duration, the end not included', () => {
    const { clock, alive } = startRenewed();
    expect(alive()).toBe(true);
    clock.pass(LEASE_MS - 1);
    expect(alive()).toBe(true);
    clock.pass(1);
    expect(alive()).toBe(false);
  });

  test('is counted from its mark, not from the moment it was renewed', () => {
    const { clock, lease, alive } = start();
    const mark = lease.mark();
    clock.pass(LEASE_MS - 1);
    lease.renew(mark);
    expect(alive()).toBe(true);
    clock.pass(1);
    expect(alive()).toBe(false);
  });

  test('stays dead when the answer to its renewal came too late', () => {
    const { clock, lease, alive } = start();
    const mark = lease.mark();
    clock.pass(LEASE_MS);
    lease.renew(mark);
    expect(alive()).toBe(false);
  });

  test('can be ended, and renewed again', () => {
    const { lease, alive } = startRenewed();
    lease.end();
    expect(alive()).toBe(false);
    lease.renew(lease.mark());
    expect(alive()).toBe(true);
  });

  test('is not made longer by a wall clock that was set back', () => {
    const { clock, alive } = startRenewed();
    clock.wallMs -= HOUR_MS;
    expect(alive()).toBe(true);
    clock.pass(LEASE_MS - 1);
    expect(alive()).toBe(true);
    clock.pass(1);
    expect(alive()).toBe(false);
  });

  test('is over at once when the wall clock was set forward', () => {
    const { clock, alive } = startRenewed();
    clock.wallMs += HOUR_MS;
    expect(alive()).toBe(false);
  });

  test('is over on a machine that was suspended, whose monotonic clock stood still', () => {
    const { clock, alive } = startRenewed();
    clock.wallMs += LEASE_MS - 1;
    expect(alive()).toBe(true);
    clock.wallMs += 1;
    expect(alive()).toBe(false);
  });

  test('never outlives its duration by either clock, whatever happens to the other', () => {
    const jumps = fc.array(
      fc.record({
        wall: fc.integer({ min: -2 * LEASE_MS, max: 2 * LEASE_MS }),
        monotonic: fc.nat(LEASE_MS),
      }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(jumps, (moves) => {
        const { clock, alive } = startRenewed();
        const begun = { wall: clock.wallMs, monotonic: clock.monotonicMs };
        for (const { wall, monotonic } of moves) {
          clock.wallMs += wall;
          clock.monotonicMs += monotonic;
          const within =
            clock.wallMs - begun.wall < LEASE_MS && clock.monotonicMs - begun.monotonic < LEASE_MS;
          expect(alive()).toBe(within);
        }
      }),
    );
  });
});
