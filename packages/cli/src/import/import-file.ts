import { createReadStream } from 'node:fs';
import { unreadable } from '../connection.ts';
import { Failure } from '../failure.ts';
import { openStdin } from '../stdin.ts';

/** An entry of the file, and the line or place it stands at, from 1; `undefined` where no JSON stands. */
export interface FileEntry {
  readonly place: number;
  readonly entry: unknown;
}

/** The server takes no line that is longer than a sixteenth of it. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * The entries of NDJSON, one a line, as they are read; or of one JSON array, which is read as a whole. `-`
 * is standard input. Throws `Failure`.
 */
export async function* readEntries(file: string, purpose = 'the keys'): AsyncGenerator<FileEntry> {
  const texts = textsOf(file, purpose)[Symbol.asyncIterator]();
  const first = await texts.next();
  if (first.done === true) return;
  const rest = { [Symbol.asyncIterator]: () => texts };
  if (first.value.trimStart().startsWith('[')) yield* entriesOfArray(file, first.value, rest);
  else yield* entriesOfLines(file, first.value, rest);
}

async function* textsOf(file: string, purpose: string): AsyncGenerator<string> {
  const source = file === '-' ? openStdin(purpose) : createReadStream(file);
  const decoder = new TextDecoder();
  try {
    for await (const bytes of source) yield decoder.decode(bytes as Buffer, { stream: true });
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* entriesOfArray(
  file: string,
  first: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<FileEntry> {
  let text = first;
  for await (const part of rest) text += part;
  const entries = parse(text);
  if (!Array.isArray(entries)) {
    throw new Failure(`${file} begins as a JSON array and is none. One entry a line is fine, too.`);
  }
  for (const [index, entry] of entries.entries()) yield { place: index + 1, entry };
}

async function* entriesOfLines(
  file: string,
  first: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<FileEntry> {
  let place = 0;
  let text = first;
  const entriesIn = function* (lines: readonly string[]): Generator<FileEntry> {
    for (const line of lines) {
      place += 1;
      if (line.trim() !== '') yield { place, entry: parse(line) };
    }
  };
  for (;;) {
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    yield* entriesIn(lines);
    if (text.length > MAX_LINE_LENGTH) {
      throw new Failure(`${file} has a line of more than 1 MiB. Write each key on its own line.`);
    }
    const next = await rest[Symbol.asyncIterator]().next();
    if (next.done === true) break;
    text += next.value;
  }
  yield* entriesIn([text]);
}

/** The parser's message is left out: it quotes the file, which may hold secrets. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
