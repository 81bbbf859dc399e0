import type { ResourceId, ResourceRecord } from '../../ports/records.ts';
import type { ListResourcesQuery, ResourceStore } from '../../ports/resource-store.ts';
import { anyContains, newestFirst } from './list-conditions.ts';
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
      if (text !== null) query = query.where(anyContains(this.#flavor, ['name', 'id'], text));
      const rows = await newestFirst(query, after, limit).execute();
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
