import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_ENTRIES, RateWindow } from '../src/rate-limits/window.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Taken {
  readonly at: number;
  cost: number;
}

/** A window beside a plain list of everything it admitted. */
function start(windowMs: number, nowMs = NOW) {
  const window = new RateWindow(windowMs);
  const taken: Taken[] = [];
  const now = { ms: nowMs };
  const take = (cost: number, limit: number): boolean => {
    if (window.waitMs(cost, limit, now.ms) > 0) return false;
    if (cost > 0) {
      window.add(cost, limit, now.ms);
      taken.push({ at: now.ms, cost });
    }
    return true;
  };
  const takenSince = (fromMs: number) => sumOf(taken.filter(({ at }) => at > fromMs));
  return { window, taken, now, take, takenSince };
}

const sumOf = (costs: readonly Taken[]): number => costs.reduce((sum, { cost }) => sum + cost, 0);

/** Every window holds no more than one that begins with a cost. */
function fullestWindow(taken: readonly Taken[], windowMs: number): number {
  const sums = taken.map(({ at: from }) =>
    sumOf(taken.filter(({ at }) => at >= from && at < from + windowMs)),
  );
  return Math.max(0, ...sums);
}

/** Around the number of entries, and far beyond. */
const limits = fc.oneof(
  fc.integer({ min: 1, max: 10 }),
  fc.integer({ min: 60, max: 70 }),
  fc.integer({ min: 65, max: 5_000 }),
);
const windows = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.constantFrom(1_000, 60_000, 86_400_000),
);

/** Pauses as parts of the window, so that every run crosses several; most are short, some are idle windows. */
const pauses = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.double({ min: 0, max: 0.02, noNaN: true }) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 0.2, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0.9, max: 1.2, noNaN: true }) },
);
/** Costs as parts of the limit, so that it is reached; 0 becomes a cost of 1. */
const shares = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.double({ min: 0, max: 0.1, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1.1, noNaN: true }) },
);
const arrivals = fc.array(fc.record({ pause: pauses, share: shares }), {
  minLength: 1,
  maxLength: 400,
  size: 'max',
});
const costOf = (share: number, limit: number): number => Math.max(1, Math.round(share * limit));

describe('a window of a rate limit', () => {
  test('admits in no window, wherever it begins, more than the limit', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, (limit, windowMs, run) => {
        const { window, taken, now, take } = start(windowMs);
        for (const { pause, share } of run) {
          now.ms += Math.round(pause * windowMs);
          take(costOf(share, limit), limit);
          expect(window.entries).toBeLessThanOrEqual(MAX_ENTRIES);
        }
        expect(fullestWindow(taken, windowMs)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 1_000 },
    );
  });

  test('refuses only what a window longer by W/62 would hold too much with, and exactly W up to 64', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, (limit, windowMs, run) => {
        const { now, take, takenSince } = start(windowMs);
        const lateMs = limit > MAX_ENTRIES ? windowMs / 62 : 0;
        for (const { pause, share } of run) {
          now.ms += Math.round(pause * windowMs);
          const cost = costOf(share, limit);
          const before = takenSince(now.ms - windowMs - lateMs);
          if (!take(cost, limit)) expect(before + cost).toBeGreaterThan(limit);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('gives a caller who never pauses at least 62/63 of the limit', () => {
    for (const limit of [1, 10, 64, 65, 100, 700]) {
      const { window, now, take, taken } = start(1_000);
      for (let ms = 0; ms < 20_000; ms++) {
        now.ms = NOW + ms;
        while (take(1, limit)) expect(taken.length).toBeLessThanOrEqual(20 * limit);
        expect(window.entries).toBeLessThanOrEqual(Math.min(limit, MAX_ENTRIES - 1));
      }
      expect(taken.length).toBeGreaterThanOrEqual(Math.floor(((20 * 62) / 63) * limit));
    }
  });

  test('never refuses a caller who keeps exactly to a limit of 64', () => {
    const { now, take } = start(640);
    for (let n = 0; n < 64 * 3; n++) {
      now.ms = NOW + n * 10;
      expect(take(1, 64)).toBe(true);
    }
  });

  test('merges with the newest entry until W/62 after it began, above a limit of 64', () => {
    const { window, now, take } = start(62_000);
    const entriesAt = (ms: number) => {
      now.ms = NOW + ms;
      take(1, 65);
      return window.entries;
    };
    expect([0, 500, 1_000, 1_001, 2_001, 2_002].map(entriesAt)).toEqual([1, 1, 1, 2, 2, 3]);
    // None of the first three is forgotten before the last of them.
    expect(window.spent(NOW + 62_999)).toBe(6);
    expect(window.spent(NOW + 63_000)).toBe(3);
  });

  test('admits the whole limit at once after an idle window, and not one more', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, (limit, windowMs, run) => {
        const { window, now, take } = start(windowMs);
        for (const { pause, share } of run) {
          now.ms += Math.round(pause * windowMs);
          take(costOf(share, limit), limit);
        }
        now.ms += windowMs;
        expect(window.spent(now.ms)).toBe(0);
        for (let n = 0; n < limit; n++) expect(take(1, limit)).toBe(true);
        expect(take(1, limit)).toBe(false);
      }),
    );
  });

  test('says to the millisecond when a cost will fit, and when more will remain', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, (limit, windowMs, run) => {
        const { window, now, take } = start(windowMs);
        for (const { pause, share } of run) {
          now.ms += Math.round(pause * windowMs);
          const cost = costOf(share, limit);
          const copy = () => RateWindow.restore(windowMs, window.save(now.ms), now.ms)!;
          const waitMs = window.waitMs(cost, limit, now.ms);
          if (waitMs > 0 && waitMs < Infinity) {
            expect(copy().waitMs(cost, limit, now.ms + waitMs)).toBe(0);
            expect(copy().waitMs(cost, limit, now.ms + waitMs - 1)).toBe(1);
          }
          const [spent, resetMs] = [window.spent(now.ms), window.resetMs(limit, now.ms)];
          expect(resetMs > 0).toBe(spent > 0);
          if (resetMs > 0) {
            expect(copy().spent(now.ms + resetMs)).toBeLessThan(spent);
            expect(copy().spent(now.ms + resetMs - 1)).toBe(spent);
          }
          take(cost, limit);
        }
      }),
    );
  });

  test('goes on as it was after it was saved and restored', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, fc.nat(400), (limit, windowMs, run, pausedAt) => {
        const { window, now, take } = start(windowMs);
        let restored: RateWindow | null = null;
        for (const [index, { pause, share }] of run.entries()) {
          now.ms += Math.round(pause * windowMs);
          const cost = costOf(share, limit);
          if (index === pausedAt % run.length) {
            const saved = JSON.parse(JSON.stringify(window.save(now.ms))) as number[];
            restored = RateWindow.restore(windowMs, saved, now.ms)!;
            expect(restored.save(now.ms)).toEqual(saved);
          }
          const admitted = take(cost, limit);
          if (restored === null) continue;
          expect(restored.waitMs(cost, limit, now.ms) === 0).toBe(admitted);
          if (admitted) restored.add(cost, limit, now.ms);
          expect(restored.save(now.ms)).toEqual(window.save(now.ms));
        }
      }),
    );
  });

  test('keeps its promise and its size while costs are given back', () => {
    const steps = fc.array(
      fc.record({ pause: pauses, share: shares, back: fc.option(fc.nat(20), { freq: 3 }) }),
      { minLength: 1, maxLength: 400, size: 'max' },
    );
    fc.assert(
      fc.property(limits, windows, steps, (limit, windowMs, run) => {
        const { window, taken, now, take } = start(windowMs);
        for (const { pause, share, back } of run) {
          now.ms += Math.round(pause * windowMs);
          take(costOf(share, limit), limit);
          const undone = back === null ? undefined : taken[taken.length - 1 - back];
          if (undone !== undefined) {
            window.giveBack(undone.cost, undone.at);
            undone.cost = 0;
          }
          expect(window.entries).toBeLessThanOrEqual(MAX_ENTRIES);
          expect(window.spent(now.ms)).toBeGreaterThanOrEqual(
            sumOf(taken.filter(({ at }) => at + windowMs > now.ms)),
          );
        }
        expect(fullestWindow(taken, windowMs)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 500 },
    );
  });

  test('is as if a cost had not been when it is given back at once', () => {
    fc.assert(
      fc.property(limits, windows, arrivals, (limit, windowMs, run) => {
        const { window, now, take } = start(windowMs);
        for (const { pause, share } of run) {
          now.ms += Math.round(pause * windowMs);
          const spent = window.spent(now.ms);
          if (take(costOf(share, limit), limit)) window.giveBack(costOf(share, limit), now.ms);
          expect(window.spent(now.ms)).toBe(spent);
          take(1, limit);
        }
      }),
    );
  });

  test('holds no entry for costs that were all given back', () => {
    const { window, now, take } = start(10_000);
    for (let n = 0; n < 200; n++) {
      now.ms++;
      take(1, 64);
      window.giveBack(1, now.ms);
      expect(window.entries).toBe(0);
    }
    for (const at of [1, 2, 3]) window.add(at, 64, now.ms + at);
    window.giveBack(2, now.ms + 2);
    expect(window.save(now.ms + 3)).toEqual([2, 2, 1, 0, 0, 3]);
  });

  test('gives nothing back of a cost that has left, or that it never counted', () => {
    const { window, now, take } = start(1_000);
    take(3, 10);
    now.ms += 999;
    take(4, 10);
    window.giveBack(5, NOW + 500);
    window.giveBack(5, NOW + 2_000);
    expect(window.spent(now.ms)).toBe(7);
    now.ms += 1;
    window.giveBack(3, NOW);
    expect(window.spent(now.ms)).toBe(7 - 3);
  });

  test('keeps what was counted when the limit or the window is changed', () => {
    const changes = fc.array(
      fc.record({
        limit: limits,
        window: windows,
        steps: fc.array(fc.record({ pause: pauses, share: shares }), {
          maxLength: 150,
          size: 'max',
        }),
      }),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(changes, (changes) => {
        const { window, now, take, taken } = start(1_000);
        // What left while the window was shorter is gone; nothing else is forgotten.
        let counting: Taken[] = [];
        for (const { limit, window: windowMs, steps } of changes) {
          window.windowMs = windowMs;
          for (const { pause, share } of steps) {
            now.ms += Math.round(pause * windowMs);
            counting = counting.filter(({ at }) => at + windowMs > now.ms);
            expect(window.spent(now.ms)).toBeGreaterThanOrEqual(sumOf(counting));
            if (!take(costOf(share, limit), limit)) continue;
            counting.push(taken.at(-1)!);
            expect(window.spent(now.ms)).toBeLessThanOrEqual(limit);
            expect(window.entries).toBeLessThanOrEqual(MAX_ENTRIES);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('admits in no window more than a limit that was the highest there was', () => {
    fc.assert(
      fc.property(
        fc.array(limits, { minLength: 2, maxLength: 6 }),
        windows,
        arrivals,
        (limits, windowMs, run) => {
          const { taken, now, take, takenSince, window } = start(windowMs);
          for (const [index, { pause, share }] of run.entries()) {
            now.ms += Math.round(pause * windowMs);
            const limit = limits[Math.floor(index / 60) % limits.length]!;
            if (!take(costOf(share, limit), limit)) continue;
            expect(takenSince(now.ms - windowMs)).toBeLessThanOrEqual(limit);
            expect(window.entries).toBeLessThanOrEqual(MAX_ENTRIES);
          }
          expect(fullestWindow(taken, windowMs)).toBeLessThanOrEqual(Math.max(...limits));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('leaves a cost at most W/30 late while entries of a shorter window fill the list', () => {
    const { window, now, take, takenSince } = start(1_000);
    const limit = 10_000;
    for (let ms = 0; ms < 1_000; ms++) {
      now.ms = NOW + ms;
      take(1, limit);
    }
    window.windowMs = 3_000;
    for (let ms = 1_000; ms < 12_000; ms++) {
      now.ms = NOW + ms;
      take(1, limit);
      expect(window.entries).toBeLessThanOrEqual(MAX_ENTRIES);
      expect(window.spent(now.ms)).toBeLessThanOrEqual(takenSince(now.ms - 3_000 - 100));
      if (ms >= 4_000)
        expect(window.spent(now.ms)).toBeGreaterThanOrEqual(takenSince(now.ms - 3_000));
    }
  });

  test('never admits a cost above the limit, and always a look', () => {
    const { window, take } = start(1_000);
    expect(take(11, 10)).toBe(false);
    expect(window.waitMs(11, 10, NOW)).toBe(Infinity);
    expect(take(10, 10)).toBe(true);
    expect(take(0, 10)).toBe(true);
    expect(window.waitMs(1, 10, NOW)).toBe(1_000);
  });

  test('says when more remains after the limit was lowered below what is spent', () => {
    const { window, now, take } = start(1_000);
    for (const at of [0, 100, 200]) {
      now.ms = NOW + at;
      take(10, 30);
    }
    // 30 are spent of 15: 10 leave at 1,000 and 1,100, and only then something remains.
    expect(window.resetMs(15, now.ms)).toBe(1_100 - 200);
    expect(window.resetMs(0, now.ms)).toBe(1_200 - 200);
  });

  test.each([
    ['half an entry', [5, 4]],
    ['too many entries', Array.from({ length: 65 }, (_, n) => [100 - n, 100 - n, 1]).flat()],
    ['an entry that ends before it begins', [4, 5, 1]],
    ['entries in no order', [5, 5, 1, 6, 6, 1]],
    ['entries that overlap', [9, 5, 1, 5, 5, 1]],
    ['a time to come', [5, -1, 1]],
    ['a sum of nothing', [5, 5, 0]],
    ['something that is no number', [5, NaN, 1]],
  ])('is not restored from %s', (_, saved) => {
    expect(RateWindow.restore(1_000, saved, NOW)).toBeNull();
  });
});
