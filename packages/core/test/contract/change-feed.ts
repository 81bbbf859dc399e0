import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FEED_RETENTION, type Change } from '../../src/ports/change-feed.ts';
import type { NewChange } from '../../src/ports/committer.ts';
import type { Storage } from '../../src/ports/storage.ts';

const START = { seq: 0, changeId: '' };

/** Written in one commit: the most a bulk run commits at once. */
const BATCH = 500;

export function describeChangeFeed(open: () => Promise<Storage>): void {
  describe('change feed', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    const commit = async (changes: readonly NewChange[]): Promise<readonly Change[]> => {
      const work = { result: null, events: [], changes };
      return (await storage.committer.commit(async () => work)).changes;
    };
    const commitSome = (count: number) =>
      commit(Array.from({ length: count }, (_, n) => ({ scope: 'key', id: `key_${n}` })));

    test('it begins at 0, with nothing after it', async () => {
      expect(await storage.feed.head()).toMatchObject(START);
      expect(await storage.feed.changesAfter(START, 10)).toEqual([]);
    });

    test('its head is the newest change', async () => {
      const [, newest] = await commitSome(2);
      const { seq, changeId } = newest!;

      expect(await storage.feed.head()).toMatchObject({ seq, changeId });
    });

    test('every scope, and digests, read back as they were written', async () => {
      const changes = await commit([
        { scope: 'key', id: 'key_1', digests: ['00ff', 'ab'] },
        { scope: 'organization', id: 'acme:1@x', digests: [] },
        { scope: 'api', id: 'interact' },
        { scope: 'pepper', id: '2' },
      ]);

      expect(changes.map(({ digests }) => digests)).toEqual([['00ff', 'ab'], [], [], []]);
      expect(await storage.feed.changesAfter(START, 10)).toEqual(changes);
    });

    test('it is read in order from any position, at most as many as asked for', async () => {
      const changes = await commitSome(25);
      const third = changes[2]!;

      expect(await storage.feed.changesAfter(START, 10)).toEqual(changes.slice(0, 10));
      expect(await storage.feed.changesAfter(third, 4)).toEqual(changes.slice(3, 7));
      expect(await storage.feed.changesAfter(third, 100)).toEqual(changes.slice(3));
      expect(await storage.feed.changesAfter(changes.at(-1)!, 10)).toEqual([]);
    });

    test('a position that it never held is null', async () => {
      const [first, second] = await commitSome(2);

      for (const position of [
        { seq: 2, changeId: first!.changeId },
        { seq: 1, changeId: '' },
        { seq: 3, changeId: second!.changeId },
        { seq: -1, changeId: '' },
      ]) {
        expect(await storage.feed.changesAfter(position, 10), `${position.seq}`).toBeNull();
      }
    });

    test('the start is a pair like any other: with another id, it is null', async () => {
      const [first] = await commitSome(2);
      const position = { seq: 0, changeId: first!.changeId };

      expect(await storage.feed.changesAfter(position, 10)).toBeNull();
    });

    test('a position of another history is null, even before the first change', async () => {
      const elsewhere = { seq: 7, changeId: '0b6f0f6e-8e0c-4c4e-9d6b-0d8f3b6c1a11' };

      expect(await storage.feed.changesAfter(elsewhere, 10)).toBeNull();
    });

    test('two commits never share a random id', async () => {
      const [first] = await commitSome(1);
      const [second] = await commitSome(1);

      expect(second).toMatchObject({ seq: 2 });
      expect(second!.changeId).not.toBe(first!.changeId);
    });

    test(
      'it keeps its newest changes, and a position further back is null',
      { timeout: 120_000 },
      async () => {
        // Two batches more than it keeps: an adapter may forget a batch late.
        const batches = FEED_RETENTION / BATCH + 2;
        const [first] = await commitSome(BATCH);
        let kept: Change | undefined;
        for (let batch = 2; batch <= batches; batch++) {
          const changes = await commitSome(BATCH);
          kept ??= changes.find(({ seq }) => seq === 2 * BATCH + 1);
        }

        expect((await storage.feed.head()).seq).toBe(batches * BATCH);
        expect(await storage.feed.changesAfter(START, 1)).toBeNull();
        expect(await storage.feed.changesAfter(first!, 1)).toBeNull();
        const next = await storage.feed.changesAfter(kept!, 2);
        expect(next?.map(({ seq }) => seq)).toEqual([2 * BATCH + 2, 2 * BATCH + 3]);
      },
    );
  });
}
