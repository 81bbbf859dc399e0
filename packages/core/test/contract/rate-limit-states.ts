import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';

export function describeRateLimitStates(open: () => Promise<Storage>): void {
  describe('saved rate limits', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    test('before anything is saved there is nothing', async () => {
      expect(await storage.rateLimits.load()).toBeNull();
    });

    test('what was saved last is what is there', async () => {
      for (const state of ['[]', '{"name":"Ünïcode 😀"}', `"${'x'.repeat(1_000_000)}"`]) {
        await storage.rateLimits.save(state);
        expect(await storage.rateLimits.load()).toBe(state);
      }
    });

    test('of several that are saved at once, one is there as a whole', async () => {
      const states = Array.from({ length: 20 }, (_, at) => JSON.stringify([at]));
      await Promise.all(states.map((state) => storage.rateLimits.save(state)));
      expect(states).toContain(await storage.rateLimits.load());
    });
  });
}
