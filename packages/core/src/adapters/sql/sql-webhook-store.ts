import { sql } from 'kysely';
import type { ListWebhooksQuery, WebhookRecord, WebhookStore } from '../../ports/webhook-store.ts';
import { among } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';
import { webhookOfRow } from './webhook-rows.ts';

export class SqlWebhookStore implements WebhookStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  get(id: string): Promise<WebhookRecord | null> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db.selectFrom('webhooks').selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : webhookOfRow(row);
    });
  }

  list(request: ListWebhooksQuery): Promise<WebhookRecord[]> {
    const { apiIds, organizationIds, environments, after, limit } = request;
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db.selectFrom('webhooks').selectAll();
      if (apiIds !== null) query = query.where(among('api_id', apiIds));
      if (organizationIds !== null) query = query.where(among('organization_id', organizationIds));
      if (environments !== null) query = query.where(among('environment', environments));
      if (after !== null) {
        query = query.where(sql<boolean>`(created_at, id) < (${after.value}, ${after.id})`);
      }
      const newestFirst = query.orderBy('created_at', 'desc').orderBy('id', 'desc');
      return (await newestFirst.limit(limit).execute()).map(webhookOfRow);
    });
  }
}
