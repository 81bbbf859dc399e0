/**
 * Request logs, kept in chunks: up to `MAX_CHUNK_ENTRIES` verifications that followed each other in one
 * process, in one compressed value. Written so, tens of thousands a second cost the database little.
 * Every method rejects with `StorageError`.
 */
export interface LogStore {
  /** Adds chunks; one that is there already, because it was still being filled, is replaced. All or nothing. */
  put(chunks: readonly StoredLogChunk[]): Promise<void>;
  /**
   * Adds what became of entries that were written before; what is known of an entry already is replaced.
   * Those of chunks that are gone are dropped. Not to be called again before it is done.
   */
  complete(completions: readonly LogCompletion[]): Promise<void>;
  /** Without their entries, those that ended last first, at most `limit`. */
  listChunks(query: ListChunksQuery): Promise<LogChunkHead[]>;
  /** The entries of these chunks, with what was completed later; those that are gone are left out. At most `MAX_CHUNKS_READ`. */
  readChunks(ids: readonly string[]): Promise<LogChunkBody[]>;
  /** Makes ready what the days from now on are written to, where each has a place of its own. */
  prepareDays(nowMs: number): Promise<void>;
  /**
   * Deletes the oldest of those that ended before a moment, with their completions, and tells how many:
   * at most `limit` of them, and besides whole days where those have a place of their own.
   */
  deleteOld(endedBefore: number, limit: number): Promise<number>;
}

/** More would make a page of the log, which reads whole chunks, slow; fewer would compress worse. */
export const MAX_CHUNK_ENTRIES = 2_000;

/** From its first entry to its last, at most: who looks for a moment knows where its chunks are. None goes over midnight, UTC. */
export const MAX_CHUNK_SPAN_MS = 3_600_000;

/** How many chunks are read at once. */
export const MAX_CHUNKS_READ = 64;

export interface LogChunkHead {
  /** 22 base62 characters that begin with the time of its first entry and sort by it (`newChunkId`). An entry's id is `log_`, this, and two characters for its place. */
  readonly id: string;
  /** When its first and its last entry were recorded. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** A `bloomFilter` over what its entries can be looked for by (`termsOf`): what it does not hold, no entry has. */
  readonly filter: Buffer;
}

export interface StoredLogChunk extends LogChunkHead {
  /** `LogColumns`, as `encodeLogColumns` makes them. */
  readonly entries: Buffer;
}

export interface LogChunkBody {
  readonly id: string;
  readonly entries: Buffer;
  readonly completions: readonly LogCompletion[];
}

/** What the protected API answered in the end. */
export interface LogCompletion {
  readonly chunkId: string;
  /** The entry's place in its chunk, from 0. */
  readonly place: number;
  readonly responseStatus: number;
  readonly responseDurationMs: number | null;
}

export interface ListChunksQuery {
  /** Those with entries in this span: `from` inclusive, `to` inclusive. */
  readonly from: number | null;
  readonly to: number | null;
  /** Go on after this one. */
  readonly after: { readonly to: number; readonly id: string } | null;
  readonly limit: number;
}
