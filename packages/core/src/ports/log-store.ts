/**
 * Request logs, kept in chunks: up to `MAX_CHUNK_ENTRIES` verifications that followed each other in one
 * process, in one compressed value. Written so, tens of thousands a second cost the database little.
 * Every method rejects with `StorageError`.
 */
export interface LogStore {
  /** Adds chunks; one that is there already, because it was still being filled, is replaced. All or nothing. */
  put(chunks: readonly StoredLogChunk[]): Promise<void>;
  /** Adds what became of entries that were written before. Those of chunks that are gone are dropped. */
  complete(completions: readonly LogCompletion[]): Promise<void>;
  /** Without their entries, those that ended last first, at most `limit`. */
  listChunks(query: ListChunksQuery): Promise<LogChunkHead[]>;
  /** The entries of these chunks, with what was completed later; those that are gone are left out. At most 64. */
  readChunks(ids: readonly string[]): Promise<LogChunkBody[]>;
  /** Deletes the oldest of those that ended before a moment, at most `limit` and with their completions, and tells how many. */
  deleteOld(endedBefore: number, limit: number): Promise<number>;
}

/** More would make a page of the log, which reads whole chunks, slow; fewer would compress worse. */
export const MAX_CHUNK_ENTRIES = 2_000;

/** From its first entry to its last, at most: who looks for a moment knows where its chunks are. */
export const MAX_CHUNK_SPAN_MS = 3_600_000;

export interface LogChunkHead {
  /** 22 base62 characters that sort by creation. An entry's id is `log_`, this, and two characters for its place. */
  readonly id: string;
  /** When its first and its last entry were recorded. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** A Bloom filter over what its entries can be looked for by: what it does not hold, no entry has. */
  readonly filter: Buffer;
}

export interface StoredLogChunk extends LogChunkHead {
  /** `LogColumns` as JSON, compressed. */
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
