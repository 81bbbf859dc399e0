import type { CreateWebhook } from '@claviger/contract';
import type { PagePosition, Restriction } from './key-store.ts';

/** Where notices go. Times are milliseconds since 1970. */
export interface WebhookRecord {
  readonly id: string;
  readonly url: string;
  readonly events: CreateWebhook['events'];
  /** Null: of any. */
  readonly apiId: string | null;
  readonly organizationId: string | null;
  readonly environment: string | null;
  readonly description: string | null;
  readonly enabled: boolean;
  /** Why it was switched off by itself. */
  readonly disabledReason: string | null;
  /** Null: e-mail is not signed. */
  readonly secret: SealedSigningSecret | null;
  /** The one before, which signs beside it until it ends. */
  readonly oldSecret: (SealedSigningSecret & { readonly expiresAt: number }) | null;
  /** The first failure since the last success. */
  readonly failingSince: number | null;
  /** The newest event of the audit log when it was made or switched on: it is told of later ones. */
  readonly auditSequence: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A signing secret as it is stored: encrypted under a key made from a pepper. */
export interface SealedSigningSecret {
  readonly sealed: string;
  readonly pepperVersion: number;
}

/** Webhooks as they are read for people. They are written in a `Transaction`. Rejects with `StorageError`. */
export interface WebhookStore {
  get(id: string): Promise<WebhookRecord | null>;
  /** Newest first, at most `limit`. */
  list(query: ListWebhooksQuery): Promise<WebhookRecord[]>;
}

/** A restriction leaves out those that are about more than it allows. */
export interface ListWebhooksQuery {
  readonly apiIds: Restriction;
  readonly organizationIds: Restriction;
  readonly environments: Restriction;
  readonly after: PagePosition | null;
  readonly limit: number;
}
