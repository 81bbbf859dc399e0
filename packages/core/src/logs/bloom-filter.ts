/** With 10 bits to a term and 7 probes, one in a hundred terms that are not there seems to be. */
const BITS_PER_TERM = 10;
const PROBES = 7;

/** Few bits for few terms would be worth no more than a byte or two. */
const MIN_BYTES = 16;

/** In two parts instead of one text that would be put together for each. */
export type Term = readonly [field: string, value: string];

/** A Bloom filter (Bloom 1970; two hashes stand for seven: Kirsch and Mitzenmacher 2006) over these terms. */
export function bloomFilter(terms: readonly Term[]): Buffer {
  const filter = Buffer.alloc(Math.max(MIN_BYTES, Math.ceil((terms.length * BITS_PER_TERM) / 8)));
  const bits = filter.length * 8;
  for (const term of terms) {
    const { first, step } = hashesOf(term);
    let probe = first;
    for (let count = 0; count < PROBES; count++) {
      const bit = probe % bits;
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
      probe = (probe + step) >>> 0;
    }
  }
  return filter;
}

/** False: the term is certainly not there. */
export function mayHold(filter: Buffer, term: Term): boolean {
  const bits = filter.length * 8;
  if (bits === 0) return false;
  const { first, step } = hashesOf(term);
  let probe = first;
  for (let count = 0; count < PROBES; count++) {
    const bit = probe % bits;
    if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    probe = (probe + step) >>> 0;
  }
  return true;
}

/**
 * FNV-1a over the field, a colon and the value, and the same number mixed once more (the finalizer of
 * MurmurHash3); the step is odd.
 */
function hashesOf([field, value]: Term): { first: number; step: number } {
  const hash = hashOn(hashOn(hashOn(0x811c9dc5, field), ':'), value);
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return { first: hash >>> 0, step: ((mixed ^ (mixed >>> 16)) | 1) >>> 0 };
}

function hashOn(begun: number, text: string): number {
  let hash = begun;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
