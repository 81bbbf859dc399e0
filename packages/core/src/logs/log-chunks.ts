import type { Context } from '../context.ts';
import type { LogCompletion } from '../ports/log-store.ts';
import { decodeIfMatching } from './log-codec.ts';
import type { LogChunks, ReadChunk } from './log-search.ts';

/** What was just recorded, and what is in the database. */
export function logChunksOf({ logs, storage }: Context): LogChunks {
  const store = storage.logs;

  /** Before the database is read: what is written meanwhile is in one of the two. */
  function completionsIn(ids: readonly string[]) {
    const waiting = Map.groupBy(logs.recentCompletions(ids), ({ chunkId }) => chunkId);
    return (id: string, stored: readonly LogCompletion[]) =>
      new Map([...stored, ...(waiting.get(id) ?? [])].map((each) => [each.place, each]));
  }

  return {
    async recent(only): Promise<ReadChunk[]> {
      const meant = logs.recent.filter(({ id }) => only === undefined || id === only);
      const chunks = meant.map((chunk) => ({ chunk, columns: chunk.columns() }));
      const completionsOf = completionsIn(chunks.map(({ chunk }) => chunk.id));
      const written = chunks.filter(({ chunk }) => chunk.written > 0);
      const bodies = await store.readChunks(written.map(({ chunk }) => chunk.id));
      return chunks.map(({ chunk: { id }, columns }) => {
        const stored = bodies.find((body) => body.id === id)?.completions ?? [];
        return { id, columns, completions: completionsOf(id, stored) };
      });
    },
    list: (query) => store.listChunks(query),
    async read(ids, mayMatch) {
      const completionsOf = completionsIn(ids);
      const bodies = await store.readChunks(ids);
      const chunks = await Promise.all(
        bodies.map(async ({ id, entries, completions }): Promise<ReadChunk | null> => {
          const columns = await decodeIfMatching(entries, mayMatch);
          return columns && { id, columns, completions: completionsOf(id, completions) };
        }),
      );
      return chunks.filter((chunk) => chunk !== null);
    },
  };
}

/** The chunk, wherever it is; null: there is none. */
export async function findChunk(chunks: LogChunks, id: string): Promise<ReadChunk | null> {
  const [recent] = await chunks.recent(id);
  return recent ?? (await chunks.read([id], () => true))[0] ?? null;
}
