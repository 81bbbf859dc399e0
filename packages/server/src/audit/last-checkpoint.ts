import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parseCheckpoint, type Checkpoint } from '@claviger/core';

/** Some hundred checkpoints, in files that may hold many more. */
const TAIL_BYTES = 32_768;

/** Whoever signed it; null where there is none at the end. Lines that were cut off are passed over. Throws as `fs` does. */
export function lastCheckpoint(path: string): Checkpoint | null {
  const lines = readTail(path).split('\n').toReversed();
  return lines.map(parseCheckpoint).find((checkpoint) => checkpoint !== null) ?? null;
}

function readTail(path: string): string {
  const { size } = statSync(path);
  // So is a pipe, which would wait for a writer to be opened.
  if (size === 0) return '';
  const file = openSync(path, 'r');
  try {
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8', 0, read);
  } finally {
    closeSync(file);
  }
}
