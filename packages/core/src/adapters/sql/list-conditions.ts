import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { asciiLowerCase } from '../../ascii.ts';
import type { PagePosition, Restriction } from '../../ports/key-store.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import type { Tables } from './tables.ts';

type Column = string | RawBuilder<string>;

/** Null where everything is. */
export function within(column: Column, ids: Restriction): RawBuilder<SqlBool> | null {
  return ids === null ? null : among(column, ids);
}

/** An empty list is nowhere; `in ()` is not SQL. */
export function among(column: Column, ids: readonly string[]): RawBuilder<SqlBool> {
  return ids.length === 0 ? sql`1 = 0` : sql`${valueOf(column)} in (${sql.join(ids)})`;
}

/** Null where anything will do. */
export function equals(column: Column, value: string | null): RawBuilder<SqlBool> | null {
  return value === null ? null : sql`${valueOf(column)} = ${value}`;
}

const valueOf = (column: Column) => (typeof column === 'string' ? sql.ref(column) : column);

/** The text occurs in one of the columns: the rule of `anyContains` in `ascii.ts`, for the databases. */
export function anyContains(
  flavor: SqlFlavor,
  columns: readonly string[],
  text: string,
): RawBuilder<SqlBool> {
  const lowered = asciiLowerCase(text);
  const matches = columns.map((column) =>
    flavor.contains(sql<string | null>`lower(${sql.ref(column)})`, lowered),
  );
  return sql`(${sql.join(matches, sql` or `)})`;
}

/** The `limit` rows after the position, those created last first. */
export function newestFirst<Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  after: PagePosition | null,
  limit: number,
): SelectQueryBuilder<Tables, Table, Row> {
  const rest =
    after === null
      ? query
      : query.where(sql<SqlBool>`(created_at, id) < (${after.value}, ${after.id})`);
  return rest
    .orderBy(sql`created_at`, 'desc')
    .orderBy(sql`id`, 'desc')
    .limit(limit);
}
