import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { StartError } from '../../errors.ts';
import type { SqlFlavor } from './sql-flavor.ts';

/** One frozen file of `packages/core/migrations/<database>/`, such as `0001_foundation.sql`. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** In the order in which they are applied. */
export function loadMigrations(flavor: SqlFlavor['name']): Migration[] {
  const folder = new URL(`../../../migrations/${flavor}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const sql = readFileSync(new URL(file, folder), 'utf8');
      return {
        version: Number(file.slice(0, 4)),
        name: file.slice(0, -'.sql'.length),
        sql,
        checksum: hash('sha256', sql),
      };
    });
}

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * What is still to be applied. Throws `StartError` when the database is newer than the program or was
 * migrated by files that differ from these.
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const newest = known.at(-1)?.version ?? 0;
  const foreign = applied.find(({ version }) => version > newest);
  if (foreign !== undefined) {
    throw new StartError(
      `The database is newer than this program: it has migration ${foreign.name}, and this program knows ${newest} at most. Start the version of Claviger that wrote it, or a later one, or restore a backup from before the upgrade. Nothing was changed.`,
    );
  }
  for (const { version, name, checksum } of applied) {
    const own = known.find((migration) => migration.version === version);
    if (own?.checksum === checksum) continue;
    throw new StartError(
      `The database was migrated with another ${name} than this program has. Start the release that made it; migrations are never edited once released. Nothing was changed.`,
    );
  }
  const done = new Set(applied.map(({ version }) => version));
  return known.filter(({ version }) => !done.has(version));
}
