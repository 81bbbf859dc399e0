import type { FoundToken, TokenFinder } from '@claviger/core';

/** Looked at to tell whether it is text, as git and grep do. */
const HEAD_BYTES = 8_192;

export interface StreamOptions {
  readonly finder: TokenFinder;
  /** Look through what is no text too. */
  readonly binaries: boolean;
  /** Told when it is no text, and not looked through. */
  readonly onBinary: () => void;
}

/** The tokens in bytes that come in chunks of any size, some at a time. Columns count bytes, in UTF-16 characters. */
export async function* findInStream(
  chunks: AsyncIterable<unknown>,
  { finder, binaries, onBinary }: StreamOptions,
): AsyncGenerator<FoundToken[], void> {
  let isWide: boolean | null = null;
  for await (const chunk of chunks) {
    const bytes = chunk as Buffer;
    if (isWide === null) {
      isWide = hasWideMark(bytes);
      if (!isWide && !binaries && bytes.subarray(0, HEAD_BYTES).includes(0)) return onBinary();
    }
    const text = bytes.toString('latin1');
    // In UTF-16, every other byte of ASCII is zero.
    yield finder.push(isWide ? text.replaceAll('\u0000', '') : text);
  }
  yield finder.end();
}

/** A byte order mark of UTF-16, which PowerShell writes. */
const hasWideMark = (bytes: Buffer): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
