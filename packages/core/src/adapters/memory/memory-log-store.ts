import type {
  ListChunksQuery,
  LogChunkBody,
  LogChunkHead,
  LogCompletion,
  LogStore,
  StoredLogChunk,
} from '../../ports/log-store.ts';

export class MemoryLogStore implements LogStore {
  readonly #chunks = new Map<string, StoredLogChunk>();
  /** By chunk and place. */
  readonly #completions = new Map<string, Map<number, LogCompletion>>();

  async put(chunks: readonly StoredLogChunk[]): Promise<void> {
    for (const chunk of chunks) {
      const { filter, entries } = chunk;
      const copied = { filter: Buffer.from(filter), entries: Buffer.from(entries) };
      this.#chunks.set(chunk.id, { ...chunk, ...copied });
    }
  }

  async complete(completions: readonly LogCompletion[]): Promise<void> {
    for (const completion of completions) {
      const { chunkId, place } = completion;
      if (!this.#chunks.has(chunkId)) continue;
      const known = this.#completions.get(chunkId) ?? new Map<number, LogCompletion>();
      this.#completions.set(chunkId, known.set(place, completion));
    }
  }

  async listChunks({ from, to, after, limit }: ListChunksQuery): Promise<LogChunkHead[]> {
    return [...this.#chunks.values()]
      .filter(
        (chunk) =>
          (from === null || chunk.to >= from) &&
          (to === null || chunk.from <= to) &&
          (after === null || byEnd(chunk, after) < 0),
      )
      .toSorted((a, b) => byEnd(b, a))
      .slice(0, limit)
      .map(({ id, from, to, count, filter }) => ({ id, from, to, count, filter }));
  }

  async readChunks(ids: readonly string[]): Promise<LogChunkBody[]> {
    return ids
      .flatMap((id) => this.#chunks.get(id) ?? [])
      .map(({ id, entries }) => {
        const completions = [...(this.#completions.get(id)?.values() ?? [])];
        return { id, entries, completions: completions.toSorted((a, b) => a.place - b.place) };
      });
  }

  async prepareDays(): Promise<void> {}

  async deleteOld(endedBefore: number, limit: number): Promise<number> {
    const old = [...this.#chunks.values()]
      .filter(({ to }) => to < endedBefore)
      .toSorted(byEnd)
      .slice(0, limit);
    for (const { id } of old) {
      this.#chunks.delete(id);
      this.#completions.delete(id);
    }
    return old.length;
  }
}

type End = Pick<LogChunkHead, 'id' | 'to'>;

function byEnd(a: End, b: End): number {
  if (a.to !== b.to) return a.to - b.to;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
