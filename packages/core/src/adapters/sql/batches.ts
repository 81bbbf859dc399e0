/** Rows of one statement at most. 64 rows of `keys` are some 1,900 values; SQLite binds 32,766. */
const MAX_ROWS = 64;

/**
 * The rows in batches whose sizes are powers of two: prepared statements are kept, and with any size of
 * batch there would be one for each.
 */
export function* batchesOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length;) {
    const left = Math.min(rows.length - start, MAX_ROWS);
    const size = 2 ** Math.floor(Math.log2(left));
    yield rows.slice(start, start + size);
    start += size;
  }
}
