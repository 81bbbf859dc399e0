import { sortableId } from '../ids.ts';
import { BASE62, encodeBase62 } from '../tokens/base62.ts';

const PREFIX = 'log_';
const CHUNK_ID_LENGTH = 22;
const PLACE_LENGTH = 2;

const LOG_ID = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${CHUNK_ID_LENGTH}})([0-9A-Za-z]{${PLACE_LENGTH}})$`,
);

/** How every place ends its id, so that an id is made by one concatenation. */
export const PLACES: readonly string[] = Array.from({ length: 62 ** PLACE_LENGTH }, (_, place) =>
  encodeBase62(place, PLACE_LENGTH),
);

/** The id of a chunk whose first entry is recorded now. It begins with that time, and sorts by it. */
export const newChunkId = (nowMs: number): string => sortableId(nowMs);

/** The id of the entry at a place of a chunk, from 0. */
export const logIdAt = (chunkId: string, place: number): string =>
  `${PREFIX}${chunkId}${PLACES[place] ?? ''}`;

/** Null: no id of an entry. */
export function parseLogId(logId: string): { chunkId: string; place: number } | null {
  const [, chunkId, place] = LOG_ID.exec(logId) ?? [];
  if (chunkId === undefined || place === undefined) return null;
  const [high = '', low = ''] = place;
  return { chunkId, place: BASE62.indexOf(high) * 62 + BASE62.indexOf(low) };
}
