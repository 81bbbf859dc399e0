import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { LogColumns, LogSubject } from './log-columns.ts';

const compress = promisify(zstdCompress);
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

/** By column as well: half as long, and compressed in half the time. */
const SUBJECT = ['keyId', 'secretId', 'organizationId', 'apiId', 'environment', 'hint'] as const;

interface Head extends Omit<LogColumns, Column | 'subjects'> {
  readonly from: number;
  readonly count: number;
  /** In the order of `SUBJECT`. */
  readonly subjects: readonly (readonly (string | null)[])[];
}

/** The value that a store keeps: numbers as they lie in memory, the rest as JSON, compressed on another thread. */
export async function encodeLogColumns(columns: LogColumns): Promise<Buffer> {
  const packed = pack(columns);
  // Told how much comes, it makes itself no bigger than it has to be.
  const compressed = await compress(packed, { ...OPTIONS, pledgedSrcSize: packed.length });
  return Buffer.concat([Buffer.of(FORMAT), compressed]);
}

/** Rejects when the value was not made by `encodeLogColumns`. */
export async function decodeLogColumns(entries: Buffer): Promise<LogColumns> {
  if (entries[0] !== FORMAT) throw new Error(`a log chunk has the unknown format ${entries[0]}`);
  return unpack(await decompress(entries.subarray(1), { maxOutputLength: MAX_BYTES }));
}

function pack(columns: LogColumns): Buffer {
  const { requestId, subjects, codes, permissionSets, texts } = columns;
  const from = columns.at[0] ?? 0;
  const dictionaries: Head = {
    from,
    count: columns.at.length,
    requestId,
    subjects: SUBJECT.map((field) => subjects.map((subject) => subject[field])),
    codes,
    permissionSets,
    texts,
  };
  const head = Buffer.from(JSON.stringify(dictionaries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const numbers = COLUMNS.map(([name, Type]) =>
    bytesOf(name === 'at' ? sinceFirst(columns.at, from) : Type.from(columns[name])),
  );
  return Buffer.concat([length, head, ...numbers]);
}

function sinceFirst(at: ArrayLike<number>, from: number): Uint32Array {
  const since = new Uint32Array(at.length);
  for (let place = 0; place < at.length; place++) since[place] = (at[place] ?? from) - from;
  return since;
}

function unpack(bytes: Buffer): LogColumns {
  const headEnd = 4 + bytes.readUInt32LE(0);
  const { from, count, subjects, ...dictionaries } = JSON.parse(
    bytes.toString('utf8', 4, headEnd),
  ) as Head;
  const columns: Partial<Record<Column, Numbers>> = {};
  let offset = headEnd;
  for (const [name, Type] of COLUMNS) {
    const end = offset + count * Type.BYTES_PER_ELEMENT;
    // Copied, because a view has to begin at a multiple of its width.
    const { buffer } = Uint8Array.from(bytes.subarray(offset, end));
    littleEndian(Buffer.from(buffer), Type.BYTES_PER_ELEMENT);
    columns[name] = new Type(buffer);
    offset = end;
  }
  if (offset !== bytes.length) throw new Error('a log chunk does not have the length it names');
  const numbers = columns as Record<Column, Numbers>;
  const at = Float64Array.from(numbers.at, (ms) => from + ms);
  return { ...dictionaries, ...numbers, at, subjects: subjectsOf(subjects) };
}

function subjectsOf(columns: Head['subjects']): LogSubject[] {
  const [keyIds = []] = columns;
  return keyIds.map((_, at) => {
    const fields = SUBJECT.map((field, column) => [field, columns[column]?.[at] ?? null]);
    return Object.fromEntries(fields) as LogSubject;
  });
}

function bytesOf(numbers: Numbers): Buffer {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return littleEndian(bytes, numbers.BYTES_PER_ELEMENT);
}

/** In place, and only where the processor sees it otherwise: a database may move to another machine. */
function littleEndian(bytes: Buffer, width: number): Buffer {
  if (endianness() === 'LE' || width === 1) return bytes;
  return width === 2 ? bytes.swap16() : bytes.swap32();
}
