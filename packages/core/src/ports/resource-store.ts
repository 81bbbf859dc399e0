import type { PagePosition } from './key-store.ts';
import type { ResourceId, ResourceRecord } from './records.ts';

/** The directory of named resources, for people: verifications do not read it. Rejects with `StorageError`. */
export interface ResourceStore {
  get(id: ResourceId): Promise<ResourceRecord | null>;
  /** Newest first, at most `limit`. */
  list(query: ListResourcesQuery): Promise<ResourceRecord[]>;
}

export interface ListResourcesQuery {
  readonly organizationId: string;
  readonly type: string;
  /** Part of name or id, ASCII case ignored. */
  readonly text: string | null;
  readonly after: PagePosition | null;
  readonly limit: number;
}
