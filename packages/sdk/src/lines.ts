import { ClavigerError } from './claviger-error.ts';

/** Entries that are at hand are sent in chunks of about so many characters: a chunk has its price. */
const CHUNK_LENGTH = 16_384;

/**
 * As a request body, read no faster than it is sent. `isOver`: nobody reads it any more. Node's fetch, once
 * it is aborted, would read on to the end of what may have none.
 */
export function bodyOfLines(
  entries: Iterable<unknown> | AsyncIterable<unknown>,
  isOver: () => boolean,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const chunks = Symbol.asyncIterator in entries ? chunksOfEach(entries) : chunksOf(entries);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (isOver()) {
          await chunks.return(undefined);
          return controller.close();
        }
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

const lineOf = (entry: unknown): string => `${JSON.stringify(entry)}\n`;

function* chunksOf(entries: Iterable<unknown>): Generator<string, undefined> {
  let chunk = '';
  for (const entry of entries) {
    chunk += lineOf(entry);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** How long the first of a chunk waits for others. Each chunk is a transaction of its own, which takes as long. */
const GATHER_MS = 2;

/** Nobody knows when the next one comes: what is there within a moment is sent together. */
async function* chunksOfEach(entries: AsyncIterable<unknown>): AsyncGenerator<string, undefined> {
  const iterator = entries[Symbol.asyncIterator]();
  let next = settled(iterator.next());
  try {
    for (let first = await next; first.done !== true; first = await next) {
      let chunk = lineOf(first.value);
      const moment = delay(GATHER_MS);
      for (;;) {
        next = settled(iterator.next());
        if (chunk.length >= CHUNK_LENGTH) break;
        const more = await Promise.race([next, moment.over]);
        if (more === null || more.done === true) break;
        chunk += lineOf(more.value);
      }
      moment.cancel();
      yield chunk;
    }
  } finally {
    await iterator.return?.();
  }
}

/** It may fail while nobody waits for it; whoever asks next learns of it. */
function settled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

function delay(ms: number): { readonly over: Promise<null>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  return { over: promise, cancel: () => clearTimeout(timer) };
}

/** The lines of an answer as they come. Throws `ClavigerError` UNEXPECTED_ANSWER for what is no JSON. */
export async function* readLines<Line>(
  body: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  response?: Response,
): AsyncGenerator<Line, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseLine<Line>(line, response);
  }
}

function parseLine<Line>(line: string, response: Response | undefined): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new ClavigerError('A line of the answer is not JSON. See what stands between.', {
      code: 'UNEXPECTED_ANSWER',
      status: response?.status,
      requestId: response?.headers.get('x-request-id') ?? undefined,
    });
  }
}
