import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { LogColumns, LogSubject } from './log-columns.ts';

const decompress = promisify(zstdDecompress);

/** The first byte, so that another encoding can follow this one. */
const FORMAT = 1;

const OPTIONS = {
  // A fast level: most of a chunk repeats itself, which every level finds.
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  // More than nearly every chunk comes to, so that it is made in one go.
  chunkSize: 64 * 1024,
};

/** Many times what a chunk can come to: a value that unfolds into more is not one of ours. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Most chunks unfold into less: one turn on the other thread, where the default takes twenty. */
const AT_ONCE_BYTES = 512 * 1024;

type Numbers = Uint32Array | Uint16Array | Uint8Array | Int16Array;

/** In the order in which they are written. `at` counts from the chunk's first entry. */
const COLUMNS = [
  ['at', Uint32Array],
  ['durationUs', Uint32Array],
  ['subject', Uint16Array],
  ['permissions', Uint16Array],
  ['origin', Int16Array],
  ['ip', Int16Array],
  ['userAgent', Int16Array],
  ['method', Int16Array],
  ['path', Int16Array],
  ['code', Uint8Array],
] as const;

type Column = (typeof COLUMNS)[number][0];

const BYTES_PER_ENTRY = COLUMNS.reduce((sum, [, Type]) => sum + Type.BYTES_PER_ELEMENT, 0);

/** By column as well: half as long, and compressed in half the time. */
const SUBJECT = ['keyId', 'secretId', 'organizationId', 'apiId', 'environment', 'hint'] as const;

interface Head extends Omit<LogColumns, Column | 'subjects'> {
  readonly from: number;
  readonly count: number;
  /** In the order of `SUBJECT`. All but the ids of keys, which tell how many there are, as `once` makes them. */
  readonly subjects: readonly (readonly (string | null)[])[];
}

/**
 * The value that a store keeps: numbers as they lie in memory, the rest as JSON, compressed. Here and now,
 * in a fifth of a millisecond for most chunks: on another thread, fetching what was just written here and
 * disturbing whoever runs there takes several times as long.
 */
export function encodeLogColumns(columns: LogColumns): Buffer {
  const packed = pack(columns);
  // Told how much comes, it makes itself no bigger than it has to be.
  const compressed = zstdCompressSync(packed, { ...OPTIONS, pledgedSrcSize: packed.length });
  return Buffer.concat([Buffer.of(FORMAT), compressed]);
}

/** Rejects when the value was not made by `encodeLogColumns`. */
export async function decodeLogColumns(entries: Buffer): Promise<LogColumns> {
  const bytes = await unfold(entries);
  return unpack(bytes, dictionariesIn(bytes));
}

/**
 * As `decodeLogColumns`; null, after a fraction of the work, when `mayMatch` is false of what subjects, sets,
 * texts and request ids look like as JSON.
 */
export async function decodeIfMatching(
  entries: Buffer,
  mayMatch: (json: string) => boolean,
): Promise<LogColumns | null> {
  const bytes = await unfold(entries);
  const json = dictionariesIn(bytes);
  return mayMatch(json) ? unpack(bytes, json) : null;
}

async function unfold(entries: Buffer): Promise<Buffer> {
  if (entries[0] !== FORMAT) throw new Error(`a log chunk has the unknown format ${entries[0]}`);
  return decompress(entries.subarray(1), { maxOutputLength: MAX_BYTES, chunkSize: AT_ONCE_BYTES });
}

function pack(columns: LogColumns): Buffer {
  const { requestId, subjects, codes, permissionSets, texts } = columns;
  const from = columns.at[0] ?? 0;
  const dictionaries: Head = {
    from,
    count: columns.at.length,
    requestId: once(requestId),
    subjects: SUBJECT.map((field) => {
      const column = subjects.map((subject) => subject[field]);
      return field === 'keyId' ? column : once(column);
    }),
    codes,
    permissionSets,
    texts,
  };
  const json = JSON.stringify(dictionaries);
  const headEnd = 4 + Buffer.byteLength(json);
  // Filled as a whole below: a copy less of everything.
  const bytes = Buffer.allocUnsafe(headEnd + BYTES_PER_ENTRY * columns.at.length);
  bytes.writeUInt32LE(headEnd - 4);
  bytes.write(json, 4);
  let offset = headEnd;
  for (const [name, Type] of COLUMNS) {
    const numbers = name === 'at' ? sinceFirst(columns.at, from) : new Type(columns[name]);
    bytes.set(new Uint8Array(numbers.buffer), offset);
    const end = offset + numbers.byteLength;
    littleEndian(bytes.subarray(offset, end), Type.BYTES_PER_ELEMENT);
    offset = end;
  }
  return bytes;
}

/** The list, or its only value where it has the same throughout. */
function once<Value>(list: readonly Value[]): readonly Value[] {
  const [first] = list;
  return list.length > 1 && list.every((value) => value === first) ? list.slice(0, 1) : list;
}

function sinceFirst(at: ArrayLike<number>, from: number): Uint32Array {
  const since = new Uint32Array(at.length);
  for (let place = 0; place < at.length; place++) since[place] = (at[place] ?? from) - from;
  return since;
}

const headEndOf = (bytes: Buffer): number => 4 + bytes.readUInt32LE(0);

const dictionariesIn = (bytes: Buffer): string => bytes.toString('utf8', 4, headEndOf(bytes));

function unpack(bytes: Buffer, json: string): LogColumns {
  const { from, count, subjects, requestId, ...dictionaries } = JSON.parse(json) as Head;
  const columns: Partial<Record<Column, Numbers>> = {};
  let offset = headEndOf(bytes);
  for (const [name, Type] of COLUMNS) {
    const end = offset + count * Type.BYTES_PER_ELEMENT;
    // Copied, because a view has to begin at a multiple of its width.
    const { buffer } = new Uint8Array(bytes.subarray(offset, end));
    littleEndian(Buffer.from(buffer), Type.BYTES_PER_ELEMENT);
    columns[name] = new Type(buffer);
    offset = end;
  }
  if (offset !== bytes.length) throw new Error('a log chunk does not have the length it names');
  const numbers = columns as Record<Column, Numbers>;
  const at = momentsOf(numbers.at, from);
  const requestIds =
    requestId.length === count ? requestId : Array<string | null>(count).fill(requestId[0] ?? null);
  return { ...dictionaries, ...numbers, at, requestId: requestIds, subjects: subjectsOf(subjects) };
}

function momentsOf(since: Numbers, from: number): Float64Array {
  const at = new Float64Array(since.length);
  for (let place = 0; place < since.length; place++) at[place] = from + (since[place] ?? 0);
  return at;
}

/** Written out: a chunk may have as many of them as entries. */
function subjectsOf(columns: Head['subjects']): LogSubject[] {
  const [ofKeys = [], ...others] = columns;
  const [secretIds, organizationIds, apiIds, environments, hints] = others.map(
    (column) => (at: number) => column[column.length === 1 ? 0 : at] ?? null,
  );
  return ofKeys.map((keyId, at) => ({
    keyId,
    secretId: secretIds?.(at) ?? null,
    organizationId: organizationIds?.(at) ?? null,
    apiId: apiIds?.(at) ?? '',
    environment: environments?.(at) ?? null,
    hint: hints?.(at) ?? null,
  }));
}

/** In place, and only where the processor sees it otherwise: a database may move to another machine. */
function littleEndian(bytes: Buffer, width: number): Buffer {
  if (endianness() === 'LE' || width === 1) return bytes;
  return width === 2 ? bytes.swap16() : bytes.swap32();
}
