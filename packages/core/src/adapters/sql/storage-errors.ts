import { ClavigerError, StorageError } from '../../errors.ts';
import type { SqlFlavor } from './sql-flavor.ts';

/** Turns a driver's outage into `StorageError`, with the cause for the log; lets everything else through. */
export async function withStorageErrors<T>(flavor: SqlFlavor, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ClavigerError || !flavor.isOutage(error)) throw error;
    throw new StorageError(
      'The database cannot be reached or written right now. What was asked for was either done as a whole or not at all; look before trying again.',
      { cause: error },
    );
  }
}
