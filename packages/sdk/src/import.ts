import type { ImportKeyInput, ImportLine } from '@claviger/contract';
import { brokenOff, type Transport } from './transport.ts';

export interface ImportOptions {
  /** Ends the import early: what was answered stays imported. */
  readonly signal?: AbortSignal;
}

/**
 * Sends the entries as they are read and yields a line for each, in their order: `{ index, id }`, or
 * `{ index, code, message }` of one that failed. The last says how many there were. Throws
 * `ClavigerError` when it breaks off: it may then be sent again as it is, and what is there already fails
 * as ALREADY_KNOWN. What reading the entries throws is thrown.
 */
export async function* importKeys(
  transport: Transport,
  entries: Entries,
  { signal }: ImportOptions,
): AsyncGenerator<ImportLine, undefined> {
  const watch: Watch = { failure: null };
  let isWhole = false;
  try {
    const lines = transport.stream<ImportLine>({
      path: '/v1/keys/import',
      entries: watched(entries, watch),
      signal,
    });
    for await (const line of lines) {
      isWhole = 'imported' in line;
      yield line;
    }
  } catch (error) {
    if (watch.failure !== null) throw watch.failure.reason;
    throw error;
  }
  if (!isWhole) throw brokenOff();
}

type Entries = Iterable<ImportKeyInput> | AsyncIterable<ImportKeyInput>;

/** What reading the entries threw: of it, the request only says that it failed. */
interface Watch {
  failure: { readonly reason: unknown } | null;
}

/** The entries, read the way they were: those that are at hand are sent together. */
function watched(entries: Entries, watch: Watch): Entries {
  return Symbol.asyncIterator in entries ? watchedEach(entries, watch) : watchedAll(entries, watch);
}

function* watchedAll(entries: Iterable<ImportKeyInput>, watch: Watch): Generator<ImportKeyInput> {
  try {
    yield* entries;
  } catch (reason) {
    watch.failure = { reason };
    throw reason;
  }
}

async function* watchedEach(
  entries: AsyncIterable<ImportKeyInput>,
  watch: Watch,
): AsyncGenerator<ImportKeyInput> {
  try {
    yield* entries;
  } catch (reason) {
    watch.failure = { reason };
    throw reason;
  }
}
