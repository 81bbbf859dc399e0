import { operations, type ImportFailure, type ImportedKey } from '@claviger/contract';
import {
  ClavigerError,
  effectiveNow,
  MAX_IMPORT_BATCH,
  type Caller,
  type Claviger,
} from '@claviger/core';
import { linesRoute } from '../http/route.ts';
import { failureOf, importEntries, readEntry } from '../import/import-entries.ts';
import { importLines } from '../import/import-lines.ts';
import { ImportTally } from '../import/import-tally.ts';

export const importKeysRoute = linesRoute(
  operations.importKeys,
  ({ claviger, caller, body }) => importDocument(claviger, caller, body.keys),
  importLines,
);

/** A transaction for each batch. */
async function importDocument(claviger: Claviger, caller: Caller, values: readonly unknown[]) {
  const tally = new ImportTally();
  const keys: ImportedKey[] = [];
  const failed: ImportFailure[] = [];
  for (let start = 0; start < values.length; start += MAX_IMPORT_BATCH) {
    const entries = values
      .slice(start, start + MAX_IMPORT_BATCH)
      .map((value) => readEntry(() => value));
    const step = `batch ${start / MAX_IMPORT_BATCH}`;
    const { outcomes, effective } = await importEntries(claviger, caller, entries, step).catch(
      (error: unknown) => {
        // What was imported before is said, whatever comes after it.
        if (keys.length === 0 || !(error instanceof ClavigerError)) throw error;
        return { outcomes: entries.map(() => failureOf(error)), effective: null };
      },
    );
    tally.hold(effective);
    for (const line of tally.add(outcomes)) {
      if ('id' in line) keys.push(line);
      else failed.push(line);
    }
  }
  const effective = tally.effective(effectiveNow(claviger));
  return { imported: keys.length, failed, keys, effective };
}
