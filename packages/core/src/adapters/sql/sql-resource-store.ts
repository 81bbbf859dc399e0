import { sql, type RawBuilder } from 'kysely';
import { asciiLowerCase } from '../../ascii.ts';
import type { ResourceId, ResourceRecord } from '../../ports/records.ts';
import type { ListResourcesQuery, ResourceStore } from '../../ports/resource-store.ts';
import { resourceOfRow } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';

export class SqlResourceStore implements ResourceStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  get(id: ResourceId): Promise<ResourceRecord | null> {
    return withStorageErrors(this.#flavor, () => readResource(this.#db, id));
  }

  list(request: ListResourcesQuery): Promise<ResourceRecord[]> {
    const { organizationId, type, text, after, limit } = request;
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db
        .selectFrom('resources')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('type', '=', type);
      if (text !== null) {
        const lowered = asciiLowerCase(text);
        const matches = (column: RawBuilder<string>) => this.#flavor.contains(column, lowered);
        query = query.where(({ or }) =>
          or([matches(sql<string>`lower(name)`), matches(sql<string>`lower(id)`)]),
        );
      }
      if (after !== null) {
        query = query.where(sql<boolean>`(created_at, id) < (${after.value}, ${after.id})`);
      }
      const rows = await query
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(resourceOfRow);
    });
  }
}

export async function readResource(
  db: Sql,
  { organizationId, type, id }: ResourceId,
): Promise<ResourceRecord | null> {
  const row = await db
    .selectFrom('resources')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : resourceOfRow(row);
}
