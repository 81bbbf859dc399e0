import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CreditsRecord } from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

const DAY_MS = 86_400_000;
/** Of `NOW`, 2026-11-21T09:30Z. */
const MIDNIGHT = Date.parse('2026-11-22T00:00:00.000Z');
const NEXT_MONTH = Date.parse('2026-12-01T00:00:00.000Z');

export function describeCreditStore(open: () => Promise<Storage>): void {
  describe('credit store', () => {
    let storage: Storage;
    const key = aKey({ metered: true });
    const other = aKey({ metered: true });
    beforeEach(async () => {
      storage = await open();
      await seed(storage, { keys: [key, other] });
    });
    afterEach(() => storage.close());

    const put = (credits: CreditsRecord | null, keyId = key.id) =>
      write(storage, (tx) => tx.putCredits(keyId, credits));
    const once = (remaining: number): CreditsRecord => ({
      remaining,
      refill: null,
      refilledAt: NOW,
    });
    const refilled = (interval: 'day' | 'month', remaining: number): CreditsRecord => ({
      remaining,
      refill: { amount: 10, interval },
      refilledAt: NOW,
    });
    const take = (cost = 1, nowMs = NOW) => storage.credits.take(key.id, cost, nowMs);

    test('credits read back as they were written, beside the key', async () => {
      for (const credits of [refilled('day', 3), refilled('month', 0), once(1e12), null]) {
        await put(credits);
        expect((await storage.keys.getKey(key.id))?.credits).toEqual(credits);
        const locked = await write(storage, (tx) => tx.lockKey(key.id));
        expect(locked?.credits).toEqual(credits);
      }
    });

    test('takes what there is, and no more', async () => {
      await put(once(3));
      await put(once(3), other.id);
      expect(await take(2)).toEqual({ taken: true, remaining: 1, refillsAt: null });
      expect(await take(2)).toEqual({ taken: false, remaining: 1, refillsAt: null });
      expect(await take(1)).toEqual({ taken: true, remaining: 0, refillsAt: null });
      expect(await take(1)).toEqual({ taken: false, remaining: 0, refillsAt: null });
      expect((await storage.keys.getKey(other.id))?.credits).toEqual(once(3));
    });

    test('a cost of nothing only looks, also when nothing is left', async () => {
      await put(once(0));
      expect(await take(0)).toEqual({ taken: true, remaining: 0, refillsAt: null });
    });

    test('a key without credits has none to take', async () => {
      expect(await take()).toBeNull();
      await put(once(1));
      await put(null);
      expect(await take()).toBeNull();
      expect(await storage.credits.take('key_none', 1, NOW)).toBeNull();
    });

    test.each([
      ['day', MIDNIGHT],
      ['month', NEXT_MONTH],
    ] as const)('are refilled with the next UTC %s, whatever was left', async (interval, due) => {
      await put(refilled(interval, 1));
      expect(await take(1, due - 1)).toEqual({ taken: true, remaining: 0, refillsAt: due });
      expect(await take(1, due - 1)).toEqual({ taken: false, remaining: 0, refillsAt: due });
      const after = await take(4, due);
      expect(after).toMatchObject({ taken: true, remaining: 6 });
      // Once only: what was spent since stays spent.
      expect(await take(4, due + 1)).toMatchObject({ taken: true, remaining: 2 });
      expect(await take(4, due + 1)).toMatchObject({ taken: false, remaining: 2 });
    });

    test('a refill sets the amount and does not add to it, nor once for each day that passed', async () => {
      await put(refilled('day', 500));
      expect(await take(1, MIDNIGHT + 30 * DAY_MS)).toMatchObject({ taken: true, remaining: 9 });
    });

    test('a clock that goes back refills nothing a second time', async () => {
      await put(refilled('day', 10));
      await take(10, MIDNIGHT);
      expect(await take(1, MIDNIGHT - 1)).toMatchObject({ taken: false });
      expect(await take(1, MIDNIGHT + 1)).toMatchObject({ taken: false });
    });

    test('a refusal names what a refill that is due would leave', async () => {
      await put(refilled('day', 0));
      expect(await take(11, MIDNIGHT)).toMatchObject({ taken: false, remaining: 10 });
      expect(await take(10, MIDNIGHT)).toMatchObject({ taken: true, remaining: 0 });
    });

    test('of 1,000 that take at once, as many succeed as there are credits', async () => {
      await put(once(100));
      const takes = await Promise.all(Array.from({ length: 1_000 }, () => take()));
      expect(takes.filter((result) => result?.taken === true)).toHaveLength(100);
      expect(new Set(takes.map((result) => result?.remaining)).size).toBe(100);
      expect((await storage.keys.getKey(key.id))?.credits).toEqual(once(0));
    });

    test('at the moment of a refill no more are given than the refill holds', async () => {
      await put(refilled('day', 5));
      const takes = await Promise.all(Array.from({ length: 50 }, () => take(1, MIDNIGHT)));
      expect(takes.filter((result) => result?.taken === true)).toHaveLength(10);
    });

    test('credits of a key that is deleted go with it', async () => {
      await put(once(1));
      await write(storage, (tx) => tx.deleteKey(key.id));
      expect(await take()).toBeNull();
      await seed(storage, { apis: [], organizations: [], keys: [key] });
      expect((await storage.keys.getKey(key.id))?.credits).toBeNull();
    });

    test('a change of credits that is not committed changes nothing', async () => {
      await put(once(2));
      const failing = write(storage, async (tx) => {
        await tx.putCredits(key.id, once(50));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await take()).toMatchObject({ remaining: 1 });
    });
  });
}
