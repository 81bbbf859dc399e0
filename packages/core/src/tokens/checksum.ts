import { crc32 } from 'node:zlib';
import { encodeBase62 } from './base62.ts';

/** 62^6 > 2^32, so six characters hold every CRC-32. */
export const CHECKSUM_LENGTH = 6;

/** CRC-32 (IEEE 802.3) of ASCII text in six base62 characters. It finds typing errors and saves look-ups; it guards no secret. */
export function checksum(text: string): string {
  return encodeBase62(crc32(text), CHECKSUM_LENGTH);
}

/** Whether the last six characters are the checksum of everything before them. */
export function hasValidChecksum(token: string): boolean {
  const end = token.length - CHECKSUM_LENGTH;
  return end > 0 && token.slice(end) === checksum(token.slice(0, end));
}
