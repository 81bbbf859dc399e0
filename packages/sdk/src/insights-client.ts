import type { Insight, InsightKind, InsightsListed } from '@claviger/contract';
import { listing, type Listing } from './listing.ts';
import type { Transport } from './transport.ts';

export interface ListInsightsOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly organizationId?: string;
  readonly apiId?: string;
  readonly keyId?: string;
  readonly environment?: string;
  readonly kind?: InsightKind;
  /** How long something has to be unused, and how far back to look. Default 30. */
  readonly days?: number;
}

/** What should be looked at. */
export class InsightsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Findings, each with its evidence and the one action that ends it.
   *
   * @example
   * for await (const { title, action } of client.insights.list({ organizationId: 'acme' })) {
   *   console.log(title, action.summary, action.command);
   * }
   */
  list(options: ListInsightsOptions = {}): Listing<Insight, InsightsListed> {
    return listing(this.#transport, '/v1/insights', { ...options });
  }
}
