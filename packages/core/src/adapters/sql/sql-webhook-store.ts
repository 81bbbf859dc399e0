import type { ListWebhooksQuery, WebhookRecord, WebhookStore } from '../../ports/webhook-store.ts';
import { newestFirst, within } from './list-conditions.ts';
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
      const places = [
        within('api_id', apiIds),
        within('organization_id', organizationIds),
        within('environment', environments),
      ];
      for (const place of places) if (place !== null) query = query.where(place);
      return (await newestFirst(query, after, limit).execute()).map(webhookOfRow);
    });
  }
}
