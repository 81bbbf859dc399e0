import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryRateLimiter } from '../src/rate-limits/memory-rate-limiter.ts';
import type { LimitAsk } from '../src/ports/rate-limiter.ts';
import { describeRateLimiter } from './contract/rate-limiter.ts';

const NOW = Date.UTC(2026, 0, 1);
const WINDOW_MS = 10_000;

const anAsk = (fields: Partial<LimitAsk> = {}): LimitAsk => ({
  owner: 'key_1',
  counter: 'read',
  name: 'reads',
  limit: 5,
  windowSeconds: WINDOW_MS / 1_000,
  cost: 1,
  ...fields,
});

const look = (limiter: MemoryRateLimiter, nowMs: number, fields: Partial<LimitAsk> = {}) =>
  limiter.take([anAsk({ ...fields, cost: 0 })], nowMs).states[0]!;

function takeOf(limiter: MemoryRateLimiter, owners: number, nowMs: number, from = 0): void {
  for (let n = from; n < from + owners; n++) limiter.take([anAsk({ owner: `key_${n}` })], nowMs);
}

const asJson = (saved: unknown): unknown => JSON.parse(JSON.stringify(saved));

describe('memory', () => {
  describeRateLimiter(() => {
    let nowMs = NOW;
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { limiter: new MemoryRateLimiter(), now: () => nowMs, pass };
  });
});

describe('a clock that is set back', () => {
  test('counts as the last time seen, by any key', () => {
    const limiter = new MemoryRateLimiter();
    limiter.take([anAsk({ cost: 5 })], NOW);
    takeOf(limiter, 1, NOW + 4_000, 2);
    expect(look(limiter, NOW - 3_600_000)).toMatchObject({ remaining: 0, resetSeconds: 6 });
    expect(limiter.take([anAsk()], NOW - 3_600_000)).toMatchObject({
      admitted: false,
      atMs: NOW + 4_000,
    });
  });

  test('admits no more in any window of the time seen, whatever it does', () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: -15_000, max: 15_000 }), cost: fc.nat(6), key: fc.nat(2) }),
      { maxLength: 200, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (run) => {
        const limiter = new MemoryRateLimiter();
        const taken: { at: number; cost: number; owner: string }[] = [];
        let nowMs = NOW;
        for (const { ms, cost, key } of run) {
          nowMs += ms;
          const owner = `key_${key}`;
          const { admitted, atMs } = limiter.take([anAsk({ owner, cost })], nowMs);
          expect(atMs).toBeGreaterThanOrEqual(nowMs);
          if (admitted) taken.push({ at: atMs, cost, owner });
        }
        for (const { at: from, owner } of taken) {
          const within = taken.filter(
            (other) => other.owner === owner && other.at >= from && other.at < from + WINDOW_MS,
          );
          expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(5);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('memory is taken', () => {
  test('by nothing that was not admitted', () => {
    const limiter = new MemoryRateLimiter();
    for (let n = 0; n < 100; n++) {
      limiter.take([anAsk({ owner: `key_${n}`, cost: n % 2 === 0 ? 0 : 6 })], NOW);
      limiter.giveBack([anAsk({ owner: `key_${n}` })], NOW);
    }
    expect(limiter.size).toBe(0);
  });

  test('by idle counters only until as many others have been created', () => {
    const limiter = new MemoryRateLimiter();
    takeOf(limiter, 1_000, NOW);
    expect(limiter.size).toBe(1_000);
    takeOf(limiter, 1_000, NOW + WINDOW_MS, 1_000);
    expect(limiter.size).toBe(1_000);
  });

  test('at no time by more than twice the counters that count', () => {
    const limiter = new MemoryRateLimiter();
    // Ten keys in each millisecond, each used once: 1,000 of them count at any time.
    for (let ms = 0; ms < 2_000; ms++) {
      for (let n = 0; n < 10; n++) {
        const owner = `key_${ms}_${n}`;
        const asks = [
          anAsk({ owner, windowSeconds: 0.1 }),
          anAsk({ owner, counter: 'write', windowSeconds: 0.1 }),
        ];
        limiter.take(asks, NOW + ms);
      }
      expect(limiter.size).toBeLessThanOrEqual(2 * 2 * 1_000);
    }
    expect(limiter.size).toBeGreaterThanOrEqual(2 * 1_000);
  });

  test('by nothing that a save found idle', () => {
    const limiter = new MemoryRateLimiter();
    takeOf(limiter, 100, NOW);
    takeOf(limiter, 1, NOW + WINDOW_MS, 7);
    expect(limiter.save().counters).toEqual([['read', 'key_7', WINDOW_MS, [0, 0, 1]]]);
    expect(limiter.size).toBe(1);
  });

  test('and a counter that still counts is never swept', () => {
    const limiter = new MemoryRateLimiter();
    limiter.take([anAsk({ cost: 5 })], NOW);
    takeOf(limiter, 10_000, NOW + WINDOW_MS - 1, 2);
    expect(look(limiter, NOW + WINDOW_MS - 1)).toMatchObject({ remaining: 0, resetSeconds: 1 });
  });
});

describe('what was saved', () => {
  test('is what is restored, and goes on alike', () => {
    const steps = fc.array(
      fc.record({
        ms: fc.integer({ min: 0, max: 3_000 }),
        cost: fc.nat(4),
        key: fc.nat(3),
        large: fc.boolean(),
      }),
      { maxLength: 100, size: 'max' },
    );
    const askOf = ({ cost, key, large }: { cost: number; key: number; large: boolean }) => [
      anAsk({ owner: `key_${key}`, cost }),
      anAsk({ owner: 'acme', counter: 'interact/all', limit: large ? 80 : 20, cost }),
    ];
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const limiter = new MemoryRateLimiter();
        let nowMs = NOW;
        for (const step of before) limiter.take(askOf(step), (nowMs += step.ms));
        const saved = asJson(limiter.save());
        const restored = new MemoryRateLimiter();
        expect(restored.restore(saved, nowMs)).toBeNull();
        expect(restored.size).toBe(limiter.size);
        // Nothing was seen before the first take: the time of the save is then 0.
        if (before.length > 0) expect(restored.save()).toEqual(saved);
        for (const step of after) {
          nowMs += step.ms;
          expect(restored.take(askOf(step), nowMs)).toEqual(limiter.take(askOf(step), nowMs));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has grown older by the time that passed until it was restored', () => {
    const limiter = new MemoryRateLimiter();
    limiter.take([anAsk({ cost: 5 })], NOW);
    const restored = new MemoryRateLimiter();
    restored.restore(asJson(limiter.save()), NOW + 4_000);
    expect(look(restored, NOW + 4_000)).toMatchObject({ remaining: 0, resetSeconds: 6 });
    expect(look(restored, NOW + WINDOW_MS)).toMatchObject({ remaining: 5, resetSeconds: 0 });
  });

  test('happened just now where the clock was set back in between', () => {
    const limiter = new MemoryRateLimiter();
    limiter.take([anAsk({ cost: 5 })], NOW);
    limiter.take([anAsk({ cost: 0 })], NOW + 4_000);
    const restored = new MemoryRateLimiter();
    const earlier = NOW - 86_400_000;
    expect(restored.restore(asJson(limiter.save()), earlier)).toBeNull();
    expect(look(restored, earlier)).toMatchObject({ remaining: 0, resetSeconds: 6 });
    expect(look(restored, earlier + 6_000)).toMatchObject({ remaining: 5, resetSeconds: 0 });
  });

  test('takes the place of what was there', () => {
    const limiter = new MemoryRateLimiter();
    takeOf(limiter, 10, NOW + 5_000);
    expect(limiter.restore(new MemoryRateLimiter().save(), NOW)).toBeNull();
    expect(limiter.size).toBe(0);
    limiter.take([anAsk({ cost: 5 })], NOW);
    expect(look(limiter, NOW)).toMatchObject({ remaining: 0, resetSeconds: WINDOW_MS / 1_000 });
  });

  const saved = (counters: unknown) => ({ version: 1, savedAtMs: NOW, counters });
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'limits'],
    ['a list', []],
    ['another version', { ...saved([]), version: 2 }],
    ['no time', { ...saved([]), savedAtMs: null }],
    ['no list of counters', saved({})],
    ['a counter that is none', saved([null])],
    ['a counter without a name', saved([[1, 'key_1', 10, []]])],
    ['a counter without an owner', saved([['read', null, 10, []]])],
    ['no window', saved([['read', 'key_1', 0, []]])],
    ['entries that are none', saved([['read', 'key_1', 10, '0,0,1']])],
    ['numbers that are none', saved([['read', 'key_1', 10, [0, 0, '1']]])],
    ['an entry in the future', saved([['read', 'key_1', 10, [0, -1, 1]]])],
    [
      'the same counter twice',
      saved([
        ['a', 'b', 10, [0, 0, 1]],
        ['a', 'b', 10, [0, 0, 1]],
      ]),
    ],
    [
      'one damaged counter among sound ones',
      saved([
        ['a', 'b', 10, [0, 0, 1]],
        ['b', 'b', 10, [0]],
      ]),
    ],
  ])('that is %s is refused with a reason, and every limit begins unspent', (_, damaged) => {
    const limiter = new MemoryRateLimiter();
    takeOf(limiter, 3, NOW);
    expect(limiter.restore(damaged, NOW)).toMatch(/saved rate limits/);
    expect(limiter.size).toBe(0);
    expect(limiter.take([anAsk({ cost: 5 })], NOW)).toMatchObject({ admitted: true });
  });
});
