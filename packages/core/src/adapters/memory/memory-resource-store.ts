import type { ListResourcesQuery, ResourceStore } from '../../ports/resource-store.ts';
import type { ResourceId, ResourceRecord } from '../../ports/records.ts';
import { resourcePath } from '../../resources/resource-path.ts';
import { listResources } from './memory-query.ts';
import type { TablesView } from './memory-tables.ts';

export class MemoryResourceStore implements ResourceStore {
  readonly #tables: TablesView;

  constructor(tables: TablesView) {
    this.#tables = tables;
  }

  async get(id: ResourceId): Promise<ResourceRecord | null> {
    return this.#tables.resources.get(resourcePath(id)) ?? null;
  }

  async list(query: ListResourcesQuery): Promise<ResourceRecord[]> {
    return listResources(this.#tables, query);
  }
}
