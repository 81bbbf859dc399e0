import { beforeEach, describe, expect, test } from 'vitest';
import type { LimitAsk, RateLimiter } from '../../src/ports/rate-limiter.ts';

/** A limiter and the means to let its time pass, by the whole milliseconds it is asked for. */
export interface RateLimiterAtTime {
  readonly limiter: RateLimiter;
  /** What to pass as `nowMs`. */
  now(): number;
  pass(ms: number): void | Promise<void>;
}

/** Every adapter passes it. Each test begins with counters that nothing was taken from. */
export function describeRateLimiter(
  open: () => RateLimiterAtTime | Promise<RateLimiterAtTime>,
): void {
  describe('rate limiter', () => {
    let at: RateLimiterAtTime;
    beforeEach(async () => {
      at = await open();
    });

    const anAsk = (fields: Partial<LimitAsk> = {}): LimitAsk => ({
      owner: 'key_1',
      counter: 'read',
      name: 'reads',
      limit: 5,
      windowSeconds: 10,
      cost: 1,
      ...fields,
    });
    const take = async (...asks: LimitAsk[]) => at.limiter.take(asks, at.now());
    const look = async (fields: Partial<LimitAsk> = {}) =>
      (await take(anAsk({ ...fields, cost: 0 }))).states[0];

    test('a limit that nothing was taken from is there in full', async () => {
      expect(await take(anAsk({ cost: 0 }))).toMatchObject({
        admitted: true,
        states: [{ remaining: 5, resetSeconds: 0 }],
        retryAfterMs: null,
      });
    });

    test('the whole limit is there at once, and then nothing until the window has passed', async () => {
      for (const remaining of [4, 3, 2, 1, 0]) {
        const { admitted, states, retryAfterMs } = await take(anAsk());
        expect({ admitted, retryAfterMs }).toEqual({ admitted: true, retryAfterMs: null });
        expect(states).toEqual([
          { name: 'reads', limit: 5, windowSeconds: 10, remaining, resetSeconds: 10 },
        ]);
      }
      expect(await take(anAsk())).toMatchObject({ admitted: false, retryAfterMs: 10_000 });
      await at.pass(9_999);
      expect(await take(anAsk())).toMatchObject({ admitted: false, retryAfterMs: 1 });
      await at.pass(1);
      expect(await take(anAsk({ cost: 5 }))).toMatchObject({ admitted: true });
      expect(await take(anAsk())).toMatchObject({ admitted: false });
    });

    test('what was taken comes back as it leaves the window, not at the end of one', async () => {
      await take(anAsk({ cost: 2 }));
      await at.pass(4_000);
      await take(anAsk({ cost: 3 }));
      expect(await look()).toMatchObject({ remaining: 0, resetSeconds: 6 });
      expect(await take(anAsk({ cost: 3 }))).toMatchObject({ retryAfterMs: 10_000 });
      expect(await take(anAsk({ cost: 2 }))).toMatchObject({ retryAfterMs: 6_000 });
      await at.pass(6_000);
      expect(await look()).toMatchObject({ remaining: 2, resetSeconds: 4 });
      expect(await take(anAsk({ cost: 2 }))).toMatchObject({ admitted: true });
    });

    test('being refused costs nothing', async () => {
      await take(anAsk({ cost: 5 }));
      for (let n = 0; n < 10; n++) await take(anAsk());
      await at.pass(10_000);
      expect(await look()).toMatchObject({ remaining: 5, resetSeconds: 0 });
    });

    test('of several limits every one is taken from, or none', async () => {
      const organization = anAsk({ owner: 'acme', counter: 'interact/all', limit: 2 });
      expect(await take(anAsk(), organization)).toMatchObject({
        admitted: true,
        states: [{ remaining: 4 }, { remaining: 1 }],
      });
      expect(await take(anAsk({ cost: 2 }), { ...organization, cost: 2 })).toMatchObject({
        admitted: false,
        states: [
          { remaining: 4, resetSeconds: 10 },
          { remaining: 1, resetSeconds: 10 },
        ],
        retryAfterMs: 10_000,
      });
      expect(await take({ ...organization, cost: 2 }, anAsk())).toMatchObject({
        admitted: false,
        states: [{ remaining: 1 }, { remaining: 4 }],
      });
    });

    test('the wait is that of the limit that admits last', async () => {
      await take(anAsk({ cost: 5 }));
      await at.pass(1_000);
      await take(anAsk({ counter: 'write', cost: 5, windowSeconds: 60 }));
      const both = [anAsk(), anAsk({ counter: 'write', windowSeconds: 60 })];
      expect(await take(...both)).toMatchObject({ admitted: false, retryAfterMs: 60_000 });
      await at.pass(60_000);
      expect(await take(...both)).toMatchObject({ admitted: true });
    });

    test('owners and names do not share a counter, whatever they are called', async () => {
      const places = [
        ['a', 'b'],
        ['b', 'a'],
        ['a:b', ''],
        ['', 'a:b'],
        ['a', 'b:c'],
        ['a:b', 'c'],
        ['__proto__', 'constructor'],
        ['constructor', '__proto__'],
        ['ä "\\{}*\n', '键'],
      ] as const;
      for (const [owner, counter] of places) {
        expect(await take(anAsk({ owner, counter, cost: 5 }))).toMatchObject({ admitted: true });
      }
      for (const [owner, counter] of places) {
        expect(await look({ owner, counter })).toMatchObject({ remaining: 0, resetSeconds: 10 });
      }
    });

    test('a cost above the limit is never admitted, and no wait is promised', async () => {
      expect(await take(anAsk({ cost: 6 }))).toMatchObject({
        admitted: false,
        states: [{ remaining: 5, resetSeconds: 0 }],
        retryAfterMs: null,
      });
      await take(anAsk());
      const refused = { admitted: false, retryAfterMs: null };
      expect(await take(anAsk({ cost: 6 }))).toMatchObject(refused);
      expect(await take(anAsk({ cost: 6 }), anAsk({ counter: 'write' }))).toMatchObject(refused);
    });

    test('a cost of 0 is a look, which no limit refuses', async () => {
      await take(anAsk({ cost: 5 }));
      expect(await take(anAsk({ cost: 0 }))).toMatchObject({ admitted: true, retryAfterMs: null });
      expect(await take(anAsk({ cost: 0 }), anAsk({ counter: 'write' }))).toMatchObject({
        admitted: true,
        states: [{ remaining: 0 }, { remaining: 4 }],
      });
    });

    test('no limits at all admit', async () => {
      expect(await take()).toMatchObject({ admitted: true, states: [], retryAfterMs: null });
    });

    test('what is given back is there again, and only that', async () => {
      const asks = [anAsk({ cost: 2 }), anAsk({ counter: 'write', cost: 2 })];
      await take(...asks);
      await at.pass(1_000);
      const { atMs } = await take(...asks);
      await at.pass(1_000);
      await at.limiter.giveBack(asks, atMs);
      for (const counter of ['read', 'write']) {
        expect(await look({ counter })).toMatchObject({ remaining: 3, resetSeconds: 8 });
      }
      await at.pass(8_000);
      expect(await look()).toMatchObject({ remaining: 5, resetSeconds: 0 });
    });

    test('what is given back after it has left changes nothing', async () => {
      const { atMs } = await take(anAsk({ cost: 2 }));
      await at.pass(10_000);
      await take(anAsk({ cost: 3 }));
      await at.limiter.giveBack([anAsk({ cost: 2 })], atMs);
      await at.limiter.giveBack([anAsk({ owner: 'key_2' })], atMs);
      expect(await look()).toMatchObject({ remaining: 2, resetSeconds: 10 });
    });

    test('a changed limit keeps what was counted', async () => {
      await take(anAsk({ cost: 4 }));
      expect(await look({ limit: 100 })).toMatchObject({ remaining: 96, resetSeconds: 10 });
      expect(await look({ limit: 3 })).toMatchObject({ remaining: 0, resetSeconds: 10 });
      expect(await take(anAsk({ limit: 3 }))).toMatchObject({ admitted: false });
      expect(await take(anAsk({ limit: 5 }))).toMatchObject({ admitted: true });
    });

    test('a changed window keeps what was counted', async () => {
      await take(anAsk({ cost: 5 }));
      await at.pass(9_000);
      expect(await look({ windowSeconds: 60 })).toMatchObject({ remaining: 0, resetSeconds: 51 });
      expect(await look({ windowSeconds: 9 })).toMatchObject({ remaining: 5, resetSeconds: 0 });
    });

    test('a large limit comes back at most W/62 late', async () => {
      const large = { limit: 1_000, windowSeconds: 60 };
      for (let n = 0; n < 1_000; n++) {
        expect(await take(anAsk(large))).toMatchObject({ admitted: true });
        if (n % 10 === 9) await at.pass(100);
      }
      expect(await take(anAsk(large))).toMatchObject({ admitted: false });
      // Within the first second 100 were taken, the last ten of them after 900 ms: none leaves early, and
      // those merged with later ones leave with the last of these.
      await at.pass(50_899);
      expect((await look(large))?.remaining).toBeLessThanOrEqual(90);
      await at.pass(1 + Math.ceil(60_000 / 62));
      expect((await look(large))?.remaining).toBeGreaterThanOrEqual(100);
    });

    test('of requests at the same time exactly as many as fit are admitted', async () => {
      const organization = anAsk({ owner: 'acme', limit: 7 });
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          take(anAsk({ owner: `key_${n % 10}`, limit: 1 }), organization),
        ),
      );
      expect(results.filter(({ admitted }) => admitted)).toHaveLength(7);
      expect(await look({ owner: 'acme', limit: 7 })).toMatchObject({
        remaining: 0,
        resetSeconds: 10,
      });
    });
  });
}
