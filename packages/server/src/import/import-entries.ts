import { importKey, problems, type Effective, type ImportKey } from '@claviger/contract';
import {
  ClavigerError,
  importFailureOf,
  importKeys,
  RefusedError,
  type Caller,
  type Claviger,
  type ImportOutcome,
} from '@claviger/core';
import { assertPlain, validate } from '../http/json-body.ts';

/** An entry that was read, or why it could not be. */
export type Entry = ImportKey | RefusedError;

/** Checks one entry on its own. `read` throws `RefusedError` for what is no entry at all. */
export function readEntry(read: () => unknown): Entry {
  try {
    const value = read();
    assertPlain(value);
    return validate(importKey, value);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
}

/** What became of each of them, in their order; `effective` is null when there was nothing to commit. */
export async function importEntries(
  claviger: Claviger,
  caller: Caller,
  entries: readonly Entry[],
  step: string,
): Promise<{ outcomes: ImportOutcome[]; effective: Effective | null }> {
  const sound = entries.filter((entry): entry is ImportKey => !(entry instanceof RefusedError));
  const done = sound.length === 0 ? null : await importKeys(claviger, caller, sound, step);
  let next = 0;
  const outcomes = entries.map((entry) =>
    entry instanceof RefusedError
      ? importFailureOf(entry)
      : (done?.outcomes[next++] as ImportOutcome),
  );
  return { outcomes, effective: done?.effective ?? null };
}

/** Of each entry of a batch that failed as a whole: the database is away, the root key was revoked, or a fault of ours. */
export function failureOf(error: unknown): ImportOutcome {
  if (error instanceof ClavigerError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL_ERROR', message: problems.INTERNAL_ERROR.remedy };
}
