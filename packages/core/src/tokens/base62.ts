import { randomBytes } from 'node:crypto';

/** The digit order of the contract: `0-9A-Za-z`, which is also the order of the characters in ASCII. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 62 × 4: the largest multiple of 62 that a byte can hold. Larger bytes are thrown away, so no digit is likelier than another. */
const UNBIASED_LIMIT = 248;

/** A whole number ≥ 0 in base62, left-padded with `0`. */
export function encodeBase62(value: number, width: number): string {
  let digits = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    digits = BASE62.charAt(rest % 62) + digits;
  }
  return digits.padStart(width, '0');
}

/** `length` characters from the system's CSPRNG, each of the 62 equally likely. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    // 8/256 of the bytes are thrown away; a few spare ones make a second draw rare.
    for (const byte of randomBytes(length - text.length + 8)) {
      if (byte < UNBIASED_LIMIT && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}
