/** Rows forgotten in one statement: on SQLite, others wait that long. */
const BATCH = 500;

/** Until none is left to be forgotten, or so many batches are done. */
export async function forgetInBatches(
  forget: (limit: number) => Promise<number>,
  maxBatches: number,
): Promise<void> {
  for (let batch = 0; batch < maxBatches; batch++) {
    if ((await forget(BATCH)) < BATCH) return;
  }
}
