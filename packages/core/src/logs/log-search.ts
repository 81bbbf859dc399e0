import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { PagePosition } from '../ports/key-store.ts';
import type { ListChunksQuery, LogChunkHead, LogCompletion } from '../ports/log-store.ts';
import type { LogColumns } from './log-columns.ts';
import type { LogFilter } from './log-filter.ts';
import { logIdAt } from './log-ids.ts';
import { matchingPlaces } from './match-entries.ts';
import { chunkTermsOf, mayMatch, type ChunkTerms } from './match-chunks.ts';

/** The log as it is read. */
export interface LogChunks {
  /** What is in memory when it is asked: not in the database yet, or not for the last time. `only`: of one chunk. */
  recent(only?: string): Promise<ReadChunk[]>;
  /** In the database; as `LogStore.listChunks`. */
  list(query: ListChunksQuery): Promise<LogChunkHead[]>;
  /** Those that are gone are left out, and those that cannot match by their texts as JSON. At most 64. */
  read(ids: readonly string[], mayMatch: (json: string) => boolean): Promise<ReadChunk[]>;
}

export interface ReadChunk {
  readonly id: string;
  readonly columns: LogColumns;
  /** By place. */
  readonly completions: ReadonlyMap<number, LogCompletion>;
}

export interface FoundEntry {
  readonly chunk: ReadChunk;
  readonly place: number;
}

export interface Found {
  readonly entries: readonly FoundEntry[];
  /** Where to go on; null: there is nothing more. */
  readonly rest: PagePosition | null;
}

/** Their filters make heads a few kilobytes each. The first page of a list needs few of them, a search many. */
const FIRST_HEADS = 8;
const MOST_HEADS = 64;

/** Chunks are opened ahead where many in a row may match, but not so many that a page waits for them. */
const MOST_AT_ONCE = 4;

/**
 * How exactly a search that breaks off says where: how far it got tells when others were there, whose
 * entries are none of its caller's business.
 */
const GRAIN_MS = 1_000;

/** Sorts behind every id. */
const AFTER_ALL = '~';

/**
 * Goes through the log from the newest entry to the oldest, by time and id. Chunks come by their last
 * moment, but may overlap: an entry is answered once every chunk that is not open yet ends before it.
 */
export class LogSearch {
  readonly #chunks: LogChunks;
  readonly #filter: LogFilter;
  readonly #terms: ChunkTerms;
  /** This entry, and those that are newer, were answered before. */
  readonly #after: PagePosition | null;
  readonly #to: number | null;
  /** Those that were in memory, whatever the database has of them by now. Null: not begun. */
  #recent: ReadonlySet<string> | null = null;
  #heads: LogChunkHead[] = [];
  #lastHead: LogChunkHead | null = null;
  #isAtEnd: boolean;
  #open: OpenChunk[] = [];
  #headsAtOnce = FIRST_HEADS;
  #atOnce = 1;

  constructor(chunks: LogChunks, filter: LogFilter, after: PagePosition | null) {
    this.#chunks = chunks;
    this.#filter = filter;
    this.#terms = chunkTermsOf(filter);
    this.#after = after;
    this.#to = earliest(filter.to, after === null ? null : Number(after.value));
    // An entry has a code: those of no code are none.
    this.#isAtEnd = filter.codes?.length === 0;
  }

  /**
   * The next entries, at most `limit`: as many as there are before time is up. However short that is, each
   * call gets further. Rejects with `StorageError`.
   */
  async take(limit: number, isTimeUp: () => boolean): Promise<Found> {
    const entries: FoundEntry[] = [];
    this.#recent ??= await this.#openRecent();
    for (let hasWorked = false; entries.length < limit;) {
      const head = await this.#nextHead();
      const open = this.#newest();
      if (open !== null && (head === null || timeOf(open) > head.to)) {
        entries.push(this.#answer(open));
      } else if (head === null) {
        return { entries, rest: null };
      } else {
        const rest = hasWorked && isTimeUp() ? this.#restAt(head, entries.at(-1)) : null;
        if (rest !== null) return { entries, rest };
        await this.#openSome();
        hasWorked = true;
      }
    }
    const last = entries.at(-1);
    return { entries, rest: last === undefined ? this.#after : positionOf(last) };
  }

  /** Before the database is asked: what leaves memory is there by then. */
  async #openRecent(): Promise<ReadonlySet<string>> {
    const recent = this.#isAtEnd ? [] : await this.#chunks.recent();
    for (const chunk of recent) this.#openOne(chunk);
    return new Set(recent.map(({ id }) => id));
  }

  /** The chunk that ends last of those not looked at yet. */
  async #nextHead(): Promise<LogChunkHead | null> {
    if (this.#heads.length === 0 && !this.#isAtEnd) {
      const { from } = this.#filter;
      const query = { from, to: this.#to, after: this.#lastHead, limit: this.#headsAtOnce };
      this.#heads = await this.#chunks.list(query);
      this.#lastHead = this.#heads.at(-1) ?? null;
      this.#isAtEnd = this.#heads.length < this.#headsAtOnce;
      this.#headsAtOnce = Math.min(this.#headsAtOnce * 2, MOST_HEADS);
      // An embedded database answers at once: without this, verifications would wait for all of the search.
      await letOthersRun();
    }
    return this.#heads[0] ?? null;
  }

  /** Opens the next chunks that may hold what is looked for, and leaves out those before them that cannot. */
  async #openSome(): Promise<void> {
    const ids: string[] = [];
    while (ids.length < this.#atOnce) {
      const head = this.#heads.shift();
      if (head === undefined) break;
      if (this.#recent?.has(head.id) === true) continue;
      if (mayMatch(head.filter, this.#terms)) ids.push(head.id);
    }
    if (ids.length === 0) return;
    this.#atOnce = Math.min(this.#atOnce * 2, MOST_AT_ONCE);
    const { inJson } = this.#filter;
    const mayMatchIn = (json: string) => inJson.every((text) => text.test(json));
    for (const chunk of await this.#chunks.read(ids, mayMatchIn)) this.#openOne(chunk);
  }

  #openOne(chunk: ReadChunk): void {
    const { at } = chunk.columns;
    const { from } = this.#filter;
    const begin = from === null ? 0 : placesBefore(at, from);
    let end = this.#to === null ? at.length : placesBefore(at, this.#to + 1);
    while (end > begin && !this.#isAfter(chunk, end - 1)) end -= 1;
    const places = this.#answered(chunk, matchingPlaces(chunk.columns, this.#filter, begin, end));
    if (places.length > 0) this.#open.push({ chunk, places, left: places.length });
  }

  /** What was answered in the end stands beside the columns: it comes later. */
  #answered({ completions }: ReadChunk, places: number[]): number[] {
    const { responseStatus: wanted } = this.#filter;
    if (wanted === null) return places;
    return places.filter((place) => completions.get(place)?.responseStatus === wanted);
  }

  /** Whether the entry comes after where the search began. */
  #isAfter(chunk: ReadChunk, place: number): boolean {
    if (this.#after === null || chunk.columns.at[place] !== this.#after.value) return true;
    return logIdAt(chunk.id, place) < this.#after.id;
  }

  #newest(): OpenChunk | null {
    let newest: OpenChunk | null = null;
    for (const open of this.#open) {
      if (newest === null || isNewer(open, newest)) newest = open;
    }
    return newest;
  }

  #answer(open: OpenChunk): FoundEntry {
    const entry = { chunk: open.chunk, place: placeOf(open) };
    open.left -= 1;
    if (open.left === 0) this.#open = this.#open.filter((other) => other !== open);
    return entry;
  }

  /** Where to go on when the search ends before this chunk; null: no further than where it began. */
  #restAt(head: LogChunkHead, last: FoundEntry | undefined): PagePosition | null {
    const value = Math.ceil(head.to / GRAIN_MS) * GRAIN_MS;
    if (last !== undefined) {
      const position = positionOf(last);
      if (Number(position.value) <= value) return position;
    } else if (this.#to !== null && value >= this.#to) return null;
    return { value, id: AFTER_ALL };
  }
}

/** A chunk with entries that match and were not answered yet: the first `left` of `places`, newest last. */
interface OpenChunk {
  readonly chunk: ReadChunk;
  readonly places: readonly number[];
  left: number;
}

const placeOf = ({ places, left }: OpenChunk): number => places[left - 1] ?? -1;

const timeOf = (open: OpenChunk): number => open.chunk.columns.at[placeOf(open)] ?? 0;

/** By time and id; of two chunks, the ids of all entries compare as theirs do. */
function isNewer(a: OpenChunk, b: OpenChunk): boolean {
  const difference = timeOf(a) - timeOf(b);
  return difference === 0 ? a.chunk.id > b.chunk.id : difference > 0;
}

export const positionOf = ({ chunk, place }: FoundEntry): PagePosition => ({
  value: chunk.columns.at[place] ?? 0,
  id: logIdAt(chunk.id, place),
});

/** How many entries were recorded before a moment: they stand in that order. */
function placesBefore(at: LogColumns['at'], moment: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
