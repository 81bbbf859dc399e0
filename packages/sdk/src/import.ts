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
  entries: Iterable<ImportKeyInput> | AsyncIterable<ImportKeyInput>,
  { signal }: ImportOptions,
): AsyncGenerator<ImportLine, undefined> {
  const source = new WatchedSource(entries);
  let isWhole = false;
  try {
    const lines = transport.stream<ImportLine>({
      path: '/v1/keys/import',
      entries: source,
      signal,
    });
    for await (const line of lines) {
      isWhole = 'imported' in line;
      yield line;
    }
  } catch (error) {
    if (source.failure !== null) throw source.failure.reason;
    throw error;
  }
  if (!isWhole) throw brokenOff();
}

/** Remembers what reading the entries threw: the request only fails. */
class WatchedSource implements AsyncIterable<ImportKeyInput> {
  failure: { readonly reason: unknown } | null = null;
  readonly #entries: Iterable<ImportKeyInput> | AsyncIterable<ImportKeyInput>;

  constructor(entries: Iterable<ImportKeyInput> | AsyncIterable<ImportKeyInput>) {
    this.#entries = entries;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ImportKeyInput> {
    try {
      yield* this.#entries;
    } catch (reason) {
      this.failure = { reason };
      throw reason;
    }
  }
}
