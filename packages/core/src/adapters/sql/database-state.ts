import type { KnownPepper } from '../../ports/pepper-register.ts';
import type { Migration } from './migrations.ts';

/** What a look at a database tells that changes nothing in it. */
export interface DatabaseState {
  /** Names of the migrations that are still to be applied: all of them when there is nothing yet. */
  readonly pending: readonly string[];
  /** Those the database was written under; none before its first migration. */
  readonly peppers: readonly KnownPepper[];
}

export const SELECT_MIGRATIONS = 'SELECT version, name, checksum FROM migrations ORDER BY version';
export const SELECT_PEPPERS = 'SELECT version, fingerprint FROM peppers ORDER BY version';

export const namesOf = (migrations: readonly Migration[]): string[] =>
  migrations.map(({ name }) => name);
