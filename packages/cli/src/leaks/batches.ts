/** What comes some at a time, in batches of this size. The last one may be smaller. */
export async function* batches<Item>(
  groups: AsyncIterable<readonly Item[]>,
  size: number,
): AsyncGenerator<Item[], void> {
  let batch: Item[] = [];
  for await (const group of groups) {
    for (const item of group) {
      batch.push(item);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
