import type { Expression, RawBuilder, SqlBool } from 'kysely';

/** The little in which the two databases differ. */
export interface SqlFlavor {
  readonly name: 'sqlite' | 'postgres';
  /** Whether rows can be locked one by one; SQLite has one writer at a time instead. */
  readonly locksRows: boolean;
  /** What the JSON object in the column has under `member`, as text. Written as the indexes on it are. */
  member(column: Expression<string>, member: string): RawBuilder<string>;
  /** `text` occurs in the column, upper and lower case told apart. */
  contains(column: Expression<string | null>, text: string): Expression<SqlBool>;
  /** The elements of a JSON array as the rows of a table `v` with the column `value`. */
  elements(json: string): RawBuilder<unknown>;
  /** The JSON object in the column has under `member` a list that holds `text`. */
  listHolds(column: Expression<string>, member: string, text: string): Expression<SqlBool>;
  /** The JSON object in the column has under `member` a string, number or boolean that reads as `text`. */
  memberIs(column: Expression<string>, member: string, text: string): Expression<SqlBool>;
  /** The database is away, full or locked, as opposed to a statement that is wrong. */
  isOutage(error: unknown): boolean;
  /** The transaction lost against another one and may be run again. */
  isConflict(error: unknown): boolean;
}

/** The text again if it is a number as JSON.stringify writes it; null, which equals nothing in SQL, if not. */
export function canonicalNumber(text: string): string | null {
  return Number.isFinite(Number(text)) && String(Number(text)) === text ? text : null;
}
