import type { ListWebhooksQuery, WebhookRecord, WebhookStore } from '../../ports/webhook-store.ts';
import { listWebhooks } from './memory-query.ts';
import type { TablesView } from './memory-tables.ts';

export class MemoryWebhookStore implements WebhookStore {
  readonly #tables: TablesView;

  constructor(tables: TablesView) {
    this.#tables = tables;
  }

  async get(id: string): Promise<WebhookRecord | null> {
    return this.#tables.webhooks.get(id) ?? null;
  }

  async list(query: ListWebhooksQuery): Promise<WebhookRecord[]> {
    return listWebhooks(this.#tables, query);
  }
}
