import { MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH } from '@claviger/contract';
import { BASE62 } from './base62.ts';
import { CHECKSUM_LENGTH } from './checksum.ts';

export interface FoundToken {
  readonly token: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in the characters that were given. */
  readonly column: number;
}

/** The prefixes that are looked for; null: any. */
export type WantedPrefixes = ReadonlySet<string> | null;

const MAX_PREFIX_LENGTH = 31;
/** What has to follow an underscore before it is looked at: the longest body, and one that would go on. */
const LOOK_AHEAD = MAX_TOKEN_LENGTH + 1;

/**
 * Finds tokens by shape and checksum in text that comes in pieces, wherever it is cut. What stands around
 * a token does not matter, letters and digits included. Keeps less than 200 characters between pieces.
 *
 * A text that is no token has the checksum of one with a probability of 2^-32 for each place at which a
 * token could begin and end.
 */
export class TokenFinder {
  readonly #wanted: WantedPrefixes;
  #text = '';
  /** Underscores before this place in `#text` have been looked at. */
  #next = 0;
  #line = 1;
  /** Characters of the line that are before `#text`. */
  #column = 0;

  constructor(wanted: WantedPrefixes = null) {
    this.#wanted = wanted;
  }

  /** The tokens that are complete now, in order. */
  push(piece: string): FoundToken[] {
    this.#text += piece;
    const end = this.#text.length - LOOK_AHEAD;
    const found = this.#find(end);
    this.#forget(Math.max(0, Math.max(this.#next, end) - MAX_PREFIX_LENGTH));
    return found;
  }

  /** The rest. To be called once. */
  end(): FoundToken[] {
    return this.#find(this.#text.length);
  }

  #find(end: number): FoundToken[] {
    const found: FoundToken[] = [];
    for (;;) {
      const underscore = this.#text.indexOf('_', this.#next);
      if (underscore === -1 || underscore >= end) break;
      this.#next = underscore + 1;
      const span = tokenAround(this.#text, underscore, this.#wanted);
      if (span !== null)
        found.push({ token: this.#text.slice(...span), ...this.#placeOf(span[0]) });
    }
    return found;
  }

  #placeOf(start: number): Omit<FoundToken, 'token'> {
    const [line, column] = this.#advanced(start);
    return { line, column: column + 1 };
  }

  #advanced(to: number): [line: number, column: number] {
    let line = this.#line;
    let begin = -this.#column;
    for (
      let at = this.#text.indexOf('\n');
      at !== -1 && at < to;
      at = this.#text.indexOf('\n', at + 1)
    ) {
      line++;
      begin = at + 1;
    }
    return [line, to - begin];
  }

  #forget(count: number): void {
    [this.#line, this.#column] = this.#advanced(count);
    this.#text = this.#text.slice(count);
    this.#next = Math.max(0, this.#next - count);
  }
}

/** The tokens in one text. */
export function findTokens(text: string): FoundToken[] {
  const finder = new TokenFinder();
  return [...finder.push(text), ...finder.end()];
}

/** The token whose prefix ends at this underscore. */
function tokenAround(
  text: string,
  underscore: number,
  wanted: WantedPrefixes,
): [start: number, end: number] | null {
  const body = digitsFrom(text, underscore + 1);
  if (body.length < MIN_TOKEN_LENGTH) return null;
  const earliest = Math.max(0, underscore - MAX_PREFIX_LENGTH);
  for (let start = underscore - 1; start >= earliest; start--) {
    const code = text.charCodeAt(start);
    if (!isPrefixCode(code)) return null;
    if (!isLowerCase(code)) continue;
    if (wanted !== null && !wanted.has(text.slice(start, underscore))) continue;
    const length = checkedLength(text, start, underscore, body);
    if (length !== null) return [start, underscore + 1 + length];
  }
  return null;
}

/** The base62 digits that follow, no more than the longest body has. */
function digitsFrom(text: string, begin: number): number[] {
  const digits: number[] = [];
  for (let at = begin; at < text.length && digits.length < MAX_TOKEN_LENGTH; at++) {
    const digit = DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) break;
    digits.push(digit);
  }
  return digits;
}

/** How much of the body has its own checksum at its end; null: no part of it. */
function checkedLength(
  text: string,
  start: number,
  underscore: number,
  body: readonly number[],
): number | null {
  let crc = crcOf(text, start, underscore + 1, CRC_START);
  for (let length = 1; length + CHECKSUM_LENGTH <= body.length; length++) {
    crc = crcOf(text, underscore + length, underscore + length + 1, crc);
    if (length + CHECKSUM_LENGTH < MIN_TOKEN_LENGTH) continue;
    let expected = 0;
    for (let at = length; at < length + CHECKSUM_LENGTH; at++) {
      expected = expected * BASE62.length + (body[at] as number);
    }
    if (expected === ~crc >>> 0) return length + CHECKSUM_LENGTH;
  }
  return null;
}

const isLowerCase = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isPrefixCode = (code: number): boolean =>
  isLowerCase(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f;

const NO_DIGIT = 255;
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let digit = 0; digit < BASE62.length; digit++) DIGITS[BASE62.charCodeAt(digit)] = digit;

/**
 * CRC-32 (IEEE 802.3) character by character: the one of zlib takes a call for each text, and here each
 * character ends another one. Inverted at its start and its end.
 */
const CRC_START = -1;
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crcOf(text: string, from: number, to: number, start: number): number {
  let crc = start;
  for (let at = from; at < to; at++) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ text.charCodeAt(at)) & 0xff] as number);
  }
  return crc;
}
