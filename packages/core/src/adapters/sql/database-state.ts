import { StartError } from '../../errors.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { KnownPepper } from '../../ports/pepper-register.ts';
import type { Migration } from './migrations.ts';

/** What a look at a database tells that changes nothing in it. */
export interface DatabaseState {
  /** Names of the migrations that are still to be applied: all of them when there is nothing yet. */
  readonly pending: readonly string[];
  /** Those the database was written under; none before its first migration. */
  readonly peppers: readonly KnownPepper[];
  /** Whose audit chain it holds; null while migrations are pending. */
  readonly instance: string | null;
}

export const SELECT_MIGRATIONS = 'SELECT version, name, checksum FROM migrations ORDER BY version';
export const SELECT_PEPPERS = 'SELECT version, fingerprint FROM peppers ORDER BY version';

export const SELECT_INSTANCE = 'SELECT instance FROM heads';

export const namesOf = (migrations: readonly Migration[]): string[] =>
  migrations.map(({ name }) => name);

/** The audit log of a database that is read and not written, beside a server or without one. */
export interface OpenedAuditLog {
  readonly audit: AuditLog;
  close(): Promise<void>;
}

/** Throws `StartError` for a database that this version has not brought up to date. */
export function assertUpToDate({ pending }: DatabaseState): void {
  if (pending.length === 0) return;
  throw new StartError(
    `The database lacks ${pending.join(', ')}. Take a backup, then run "claviger migrate", or start the server, which does the same.`,
  );
}
