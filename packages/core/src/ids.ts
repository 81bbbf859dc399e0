import { encodeBase62, randomBase62 } from './tokens/base62.ts';

/** 62^8 milliseconds reach past the year 8000. */
const TIME_LENGTH = 8;
/** 14 base62 characters are 83 random bits: no collision to be expected within one millisecond. */
const RANDOM_LENGTH = 14;

/** An id that sorts by its time of creation: `key_` + 22 characters. */
export function newId(prefix: 'key' | 'sec' | 'evt', nowMs: number): string {
  return `${prefix}_${encodeBase62(nowMs, TIME_LENGTH)}${randomBase62(RANDOM_LENGTH)}`;
}
