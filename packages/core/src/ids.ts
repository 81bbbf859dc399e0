import { encodeBase62, randomBase62 } from './tokens/base62.ts';

/** 62^8 milliseconds reach past the year 8000. */
const TIME_LENGTH = 8;
/** Ids of one millisecond are counted, so that they sort in the order in which this process made them. */
const COUNT_LENGTH = 2;
/** 12 base62 characters are 71 random bits: no collision to be expected within one millisecond. */
const RANDOM_LENGTH = 12;

let last = { nowMs: 0, count: 0 };

/** `usr`: somebody who signs in. `inv`: an invitation. `whk`: a webhook. `not`: a notice. `dlv`: the delivery of a notice. */
type IdPrefix = 'key' | 'sec' | 'evt' | 'whk' | 'not' | 'dlv' | 'usr' | 'inv';

/** An id that sorts by its time of creation: `key_` + 22 characters. */
export const newId = (prefix: IdPrefix, nowMs: number): string => `${prefix}_${sortableId(nowMs)}`;

/** Its 22 characters alone. */
export function sortableId(nowMs: number): string {
  last = { nowMs, count: nowMs === last.nowMs ? (last.count + 1) % 62 ** COUNT_LENGTH : 0 };
  return (
    sortableIdsFrom(nowMs) + encodeBase62(last.count, COUNT_LENGTH) + randomBase62(RANDOM_LENGTH)
  );
}

/** What the ids of this millisecond begin with: those of earlier ones sort before it, all others after. */
export const sortableIdsFrom = (ms: number): string => encodeBase62(ms, TIME_LENGTH);
