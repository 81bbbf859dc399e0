import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { StartError, type Pepper } from '@claviger/core';
import { parsePeppers } from './config.ts';

/** Beside the SQLite database, and to be backed up apart from it: together they are worth what the keys are. */
export const pepperFileOf = (databasePath: string): string =>
  `${databasePath.replace(/\.db$/, '')}.pepper`;

/** Null when there is no such file. Throws `StartError` when it cannot be read or understood. */
export function readPepperFile(path: string): readonly Pepper[] | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StartError(
      `The pepper file ${path} cannot be read. Check its owner and permissions.`,
      {
        cause: error,
      },
    );
  }
  const peppers = parsePeppers(text);
  if (typeof peppers === 'string') throw new StartError(`The pepper file ${path} ${peppers}.`);
  return peppers;
}

/** Makes the file, readable by its owner only. Fails when it exists. */
export function createPepperFile(path: string): readonly Pepper[] {
  const key = randomBytes(32);
  writeFileSync(path, `1:${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return [{ version: 1, key }];
}
