import type { Context } from '../context.ts';
import type { LogStore } from '../ports/log-store.ts';
import { decodeLogColumns } from './log-codec.ts';
import type { LogChunk, LogChunks } from './log-search.ts';

/** What is in the database. */
export function storedChunks(store: LogStore): LogChunks {
  return {
    list: (query) => store.listChunks(query),
    async read(ids) {
      const bodies = await store.readChunks(ids);
      return Promise.all(
        bodies.map(async ({ id, entries, completions }): Promise<LogChunk> => {
          const byPlace = new Map(completions.map((completion) => [completion.place, completion]));
          return { id, columns: await decodeLogColumns(entries), completions: byPlace };
        }),
      );
    },
  };
}

export const chunksOf = ({ storage }: Context): LogChunks => storedChunks(storage.logs);
