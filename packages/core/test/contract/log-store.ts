import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newChunkId } from '../../src/logs/log-ids.ts';
import {
  MAX_CHUNKS_READ,
  type ListChunksQuery,
  type LogCompletion,
  type StoredLogChunk,
} from '../../src/ports/log-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { NOW } from '../harness/records.ts';

const DAY_MS = 86_400_000;
const TODAY = Math.floor(NOW / DAY_MS) * DAY_MS;

function aChunk(fields: Partial<StoredLogChunk> = {}): StoredLogChunk {
  const from = fields.from ?? NOW;
  return {
    id: newChunkId(from),
    from,
    to: from + 1_000,
    count: 2,
    filter: Buffer.of(0, 255, 1),
    entries: Buffer.of(1, 0, 254, 7),
    ...fields,
  };
}

const headOf = ({ id, from, to, count, filter }: StoredLogChunk) => {
  return { id, from, to, count, filter };
};

const everything: ListChunksQuery = { from: null, to: null, after: null, limit: 100 };

export function describeLogStore(open: () => Promise<Storage>): void {
  describe('log store', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      await storage.logs.prepareDays(NOW);
    });
    afterEach(() => storage.close());

    const list = (query: Partial<ListChunksQuery> = {}) =>
      storage.logs.listChunks({ ...everything, ...query });
    const read = async (id: string) => (await storage.logs.readChunks([id]))[0];

    describe('chunks', () => describeChunks(() => storage, list, read));
    describe('completions', () => describeCompletions(() => storage, read));
    describe('old chunks', () => describeDeletion(() => storage, list, read));
  });
}

type List = (query?: Partial<ListChunksQuery>) => ReturnType<Storage['logs']['listChunks']>;
type Read = (
  id: string,
) => Promise<Awaited<ReturnType<Storage['logs']['readChunks']>>[0] | undefined>;

function describeChunks(storage: () => Storage, list: List, read: Read): void {
  test('nothing put, nothing there', async () => {
    await storage().logs.put([]);
    expect(await list()).toEqual([]);
    expect(await storage().logs.readChunks([])).toEqual([]);
    expect(await storage().logs.readChunks([newChunkId(NOW)])).toEqual([]);
  });

  test('a chunk reads back as it was put', async () => {
    const chunk = aChunk({ entries: Buffer.alloc(300_000, 'ab'), filter: Buffer.alloc(2_500, 9) });
    await storage().logs.put([chunk]);

    expect(await list()).toEqual([headOf(chunk)]);
    expect(await read(chunk.id)).toEqual({
      id: chunk.id,
      entries: chunk.entries,
      completions: [],
    });
  });

  test('a chunk that is put again is replaced', async () => {
    const chunk = aChunk();
    const other = aChunk();
    await storage().logs.put([chunk, other]);
    const entries = Buffer.of(1, 2);
    const grown = { ...chunk, to: chunk.to + 5, count: 3, filter: Buffer.of(2), entries };
    await storage().logs.put([grown]);

    expect(await list()).toEqual([headOf(grown), headOf(other)]);
    expect(await read(chunk.id)).toMatchObject({ entries: Buffer.of(1, 2) });
    expect(await read(other.id)).toMatchObject({ entries: other.entries });
  });

  test('a hundred chunks are put at once, and as many read as are allowed', async () => {
    const chunks = Array.from({ length: 100 }, (_, at) =>
      aChunk({ from: NOW + at, entries: Buffer.of(at) }),
    );
    await storage().logs.put(chunks);

    const ids = chunks.slice(0, MAX_CHUNKS_READ).map(({ id }) => id);
    const bodies = await storage().logs.readChunks([...ids.slice(1), newChunkId(NOW)]);
    expect(new Set(bodies.map(({ id }) => id))).toEqual(new Set(ids.slice(1)));
    for (const { id, entries } of bodies) expect(entries).toEqual(Buffer.of(ids.indexOf(id)));
  });

  test('are listed by their end, the last first, and by id where they ended together', async () => {
    const long = aChunk({ from: NOW - 1_000, to: NOW + 3_000 });
    const short = aChunk({ from: NOW, to: NOW + 1_000 });
    const twin = aChunk({ from: NOW + 1, to: NOW + 1_000 });
    await storage().logs.put([short, long, twin]);

    const expected = [long, twin, short].map(headOf);
    expect(await list()).toEqual(expected);
    expect(await list({ limit: 2 })).toEqual(expected.slice(0, 2));
    for (const [index, after] of expected.entries()) {
      expect(await list({ after })).toEqual(expected.slice(index + 1));
    }
  });

  test('are listed where they have entries in a span, its ends included', async () => {
    const first = aChunk({ from: NOW, to: NOW + 10 });
    const second = aChunk({ from: NOW + 20, to: NOW + 30 });
    await storage().logs.put([first, second]);
    const ids = async (from: number | null, to: number | null) =>
      (await list({ from, to })).map(({ id }) => id);

    expect(await ids(NOW + 10, NOW + 20)).toEqual([second.id, first.id]);
    expect(await ids(NOW + 11, NOW + 19)).toEqual([]);
    expect(await ids(NOW + 5, NOW + 6)).toEqual([first.id]);
    expect(await ids(NOW + 11, null)).toEqual([second.id]);
    expect(await ids(null, NOW + 19)).toEqual([first.id]);
  });
}

function describeCompletions(storage: () => Storage, read: Read): void {
  const chunk = aChunk();
  const other = aChunk();
  beforeEach(() => storage().logs.put([chunk, other]));

  const completed = (place: number, status: number, ms: number | null = 12.5): LogCompletion => {
    return { chunkId: chunk.id, place, responseStatus: status, responseDurationMs: ms };
  };

  test('stand beside the entries they are about, by place', async () => {
    await storage().logs.complete([completed(7, 200), completed(0, 404, null)]);
    await storage().logs.complete([completed(3, 500)]);

    const expected = [completed(0, 404, null), completed(3, 500), completed(7, 200)];
    expect(await read(chunk.id)).toMatchObject({ completions: expected });
    expect(await read(other.id)).toMatchObject({ completions: [] });
  });

  test('what came last about an entry is what holds', async () => {
    await storage().logs.complete([completed(1, 200), completed(1, 201)]);
    await storage().logs.complete([completed(1, 202), completed(2, 200)]);

    const expected = [completed(1, 202), completed(2, 200)];
    expect(await read(chunk.id)).toMatchObject({ completions: expected });
  });

  test('outlive that their chunk is put again', async () => {
    await storage().logs.complete([completed(1, 200)]);
    await storage().logs.put([{ ...chunk, count: 3 }]);
    expect(await read(chunk.id)).toMatchObject({ completions: [completed(1, 200)] });
  });

  test('those of chunks that are gone are dropped, and the others kept', async () => {
    const gone = { ...completed(1, 200), chunkId: newChunkId(NOW) };
    await storage().logs.complete([gone, completed(1, 200)]);
    expect(await read(chunk.id)).toMatchObject({ completions: [completed(1, 200)] });

    await storage().logs.put([{ ...chunk, id: gone.chunkId }]);
    expect(await read(gone.chunkId)).toMatchObject({ completions: [] });
  });
}

function describeDeletion(storage: () => Storage, list: List, read: Read): void {
  const ids = async () => (await list()).map(({ id }) => id).toSorted();

  test('the oldest are deleted first, so many at a time, with their completions', async () => {
    // Of a day that nothing was made ready for.
    const chunks = [0, 1, 2].map((n) =>
      aChunk({ from: TODAY - DAY_MS + n * 10, to: TODAY - 3 + n }),
    );
    await storage().logs.put(chunks);
    const completion = { place: 0, responseStatus: 200, responseDurationMs: null };
    await storage().logs.complete(chunks.map(({ id }) => ({ chunkId: id, ...completion })));
    const [first, second, third] = chunks as [StoredLogChunk, StoredLogChunk, StoredLogChunk];

    expect(await storage().logs.deleteOld(first.to, 10)).toBe(0);
    expect(await storage().logs.deleteOld(third.to, 1)).toBe(1);
    expect(await ids()).toEqual([second.id, third.id]);
    expect(await storage().logs.deleteOld(third.to, 10)).toBe(1);
    expect(await storage().logs.deleteOld(third.to, 10)).toBe(0);
    expect(await ids()).toEqual([third.id]);

    await storage().logs.put([first]);
    expect(await read(first.id)).toMatchObject({ completions: [] });
    expect(await read(third.id)).toMatchObject({ completions: [{ place: 0 }] });
  });

  test('a day that was made ready goes with all its chunks, and the days after it stay', async () => {
    const { logs } = storage();
    const today = [0, 1, 2].map((n) => aChunk({ from: NOW + n, to: NOW + n }));
    const tomorrow = aChunk({ from: TODAY + DAY_MS, to: TODAY + DAY_MS });
    await logs.put([...today, tomorrow]);
    await logs.complete(
      today.map(({ id }) => {
        return { chunkId: id, place: 0, responseStatus: 200, responseDurationMs: null };
      }),
    );

    expect(await logs.deleteOld(TODAY, 10)).toBe(0);
    expect(await logs.deleteOld(TODAY + DAY_MS, 10)).toBe(3);
    expect(await ids()).toEqual([tomorrow.id]);

    // And comes back when the clock does.
    await logs.prepareDays(NOW);
    await logs.put(today);
    expect(await ids()).toEqual([...today.map(({ id }) => id), tomorrow.id].toSorted());
    expect(await read(today[0]!.id)).toMatchObject({ completions: [] });
  });

  test('days are made ready again and again, and also once they have chunks', async () => {
    const { logs } = storage();
    const early = aChunk({ from: TODAY + 10 * DAY_MS, to: TODAY + 10 * DAY_MS });
    await logs.put([early]);
    for (const day of [9, 10, 10, 11]) await logs.prepareDays(TODAY + day * DAY_MS);
    const late = aChunk({ from: TODAY + 10 * DAY_MS + 1, to: TODAY + 10 * DAY_MS + 1 });
    await logs.put([late, early]);

    expect(await ids()).toEqual([early.id, late.id]);
    expect(await logs.deleteOld(TODAY + 11 * DAY_MS, 10)).toBe(2);
    expect(await ids()).toEqual([]);
  });
}
