/** NDJSON (github.com/ndjson/ndjson-spec), under the names it goes by. */
const CONTENT_TYPE = /^application\/(?:x-ndjson|ndjson|jsonl)\s*(?:;|$)/i;

export const LINES_CONTENT_TYPE = 'application/x-ndjson';

export const isLines = (contentType: string | undefined): boolean =>
  CONTENT_TYPE.test(contentType ?? '');

/** Null: longer than a line may be; its bytes were not kept. */
export type Line = Buffer | null;

const LINE_FEED = 0x0a;

/**
 * Takes a body apart into lines, and answers those that are whole whenever bytes have come, so that nobody
 * who sends one line waits for another. Keeps no more than the bytes at hand and one line. The last line
 * needs no line feed; it is left out when reading fails. Rejects with what reading rejects with.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const bytes of body) {
    const lines = splitter.split(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (lines.length > 0) yield lines;
  }
  const rest = splitter.rest();
  if (rest !== undefined) yield [rest];
}

class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  split(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end === -1) break;
      this.#keep(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  /** What stands after the last line feed; undefined when nothing does. */
  rest(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take();
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line {
    const line = this.#length > this.#maxBytes ? null : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}

/** The answers, a line each, written as fast as they are read. */
export function linesResponse(answers: AsyncIterable<readonly object[]>): Response {
  const encoder = new TextEncoder();
  async function* encoded() {
    for await (const some of answers) {
      yield encoder.encode(some.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
    }
  }
  return new Response(ReadableStream.from(encoded()) as ReadableStream<Uint8Array>, {
    headers: { 'content-type': LINES_CONTENT_TYPE },
  });
}
