import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IdempotentAnswer } from '../../src/ports/idempotent-answers.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { NOW } from '../harness/records.ts';
import { write } from '../harness/seed.ts';

const anAnswer = (fields: Partial<IdempotentAnswer> = {}): IdempotentAnswer => ({
  id: 'a1',
  fingerprint: 'f1',
  answer: '{"key":{"id":"key_1"},"secret":null}',
  secret: 'sealed',
  createdAt: NOW,
  ...fields,
});

/** Before everything that a test writes. */
const BEFORE = NOW - 1_000_000;

export function describeIdempotentAnswers(open: () => Promise<Storage>): void {
  describe('idempotent answers', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    const insert = (answer: IdempotentAnswer, replaceUpTo = BEFORE) =>
      write(storage, (tx) => tx.insertAnswer(answer, replaceUpTo));
    const find = (ids: readonly string[], createdAfter = BEFORE) =>
      write(storage, (tx) => tx.findAnswer(ids, createdAfter));

    test('one is found under any of the ids asked for, as it was written', async () => {
      expect(await find(['a1'])).toBeNull();
      expect(await insert(anAnswer())).toBe(true);
      expect(await insert(anAnswer({ id: 'a2', secret: null }))).toBe(true);

      expect(await find(['a1'])).toEqual(anAnswer());
      expect(await find(['none', 'a2'])).toEqual(anAnswer({ id: 'a2', secret: null }));
      expect(await find(['none', 'neither'])).toBeNull();
    });

    test('one that is too old is not found', async () => {
      await insert(anAnswer());

      expect(await find(['a1'], NOW - 1)).toEqual(anAnswer());
      expect(await find(['a1'], NOW)).toBeNull();
    });

    test('an id is taken until its answer is too old', async () => {
      await insert(anAnswer());
      const next = anAnswer({ fingerprint: 'f2', answer: '{}', secret: null, createdAt: NOW + 5 });

      expect(await insert(next, NOW - 1)).toBe(false);
      expect(await find(['a1'])).toEqual(anAnswer());
      expect(await insert(next, NOW)).toBe(true);
      expect(await find(['a1'])).toEqual(next);
    });

    test('it is not there when the work that wrote it fails', async () => {
      const failing = write(storage, async (tx) => {
        await tx.insertAnswer(anAnswer(), BEFORE);
        expect(await tx.findAnswer(['a1'], BEFORE)).toEqual(anAnswer());
        throw new Error('the work failed');
      });

      await expect(failing).rejects.toThrow('the work failed');
      expect(await find(['a1'])).toBeNull();
    });

    test('of works with one id that are committed together, one writes it', async () => {
      const outcomes = await Promise.all(
        ['f1', 'f2', 'f3'].map((fingerprint) => insert(anAnswer({ fingerprint }))),
      );

      expect(outcomes.toSorted()).toEqual([false, false, true]);
    });

    test('old ones are deleted, the oldest first, not more than asked for', async () => {
      for (const age of [1, 4, 3, 2]) {
        await insert(anAnswer({ id: `a${age}`, createdAt: NOW - age }));
      }

      expect(await storage.answers.deleteOld(NOW - 2, 2)).toBe(2);
      expect(await find(['a4', 'a3'])).toBeNull();
      expect(await storage.answers.deleteOld(NOW - 2, 2)).toBe(1);
      expect(await storage.answers.deleteOld(NOW - 2, 2)).toBe(0);
      expect((await find(['a2', 'a1']))?.id).toBe('a1');
    });

    test('old secrets are erased, the oldest first, and their answers stay', async () => {
      await insert(anAnswer({ id: 'none', secret: null, createdAt: NOW - 9 }));
      for (const age of [1, 3, 2]) {
        await insert(anAnswer({ id: `a${age}`, createdAt: NOW - age }));
      }

      expect(await storage.answers.eraseSecrets(NOW - 2, 1)).toBe(1);
      expect(await find(['a3'])).toEqual(anAnswer({ id: 'a3', secret: null, createdAt: NOW - 3 }));
      expect((await find(['a2']))?.secret).toBe('sealed');
      expect(await storage.answers.eraseSecrets(NOW - 2, 10)).toBe(1);
      expect(await storage.answers.eraseSecrets(NOW - 2, 10)).toBe(0);
      expect((await find(['a1']))?.secret).toBe('sealed');
    });
  });
}
