import type {
  CreateWebhookInput,
  Delivery,
  DeliveryQueued,
  listDeliveriesQuery,
  listWebhooksQuery,
  PatchWebhook,
  RotateWebhookSecretInput,
  Webhook,
  WebhookChanged,
  WebhookCreated,
  WebhookDeleted,
  WebhookSecretRotated,
} from '@claviger/contract';
import { listing, type Listing, type Query } from './listing.ts';
import type { Transport } from './transport.ts';

export type ListWebhooksOptions = Query<typeof listWebhooksQuery>;
export type ListDeliveriesOptions = Query<typeof listDeliveriesQuery>;

/**
 * Who is told what happens to keys. Receivers check what they get with the package `standardwebhooks`.
 *
 * @example
 * const { webhook, secret } = await client.webhooks.create({ url: 'https://hooks.example.com/claviger', events: ['key.expiring'] });
 */
export class WebhooksClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the signing secret, the only time it is shown; with a `mailto:` address there is none. */
  create(body: CreateWebhookInput): Promise<WebhookCreated> {
    return this.#transport.send({ method: 'POST', path: '/v1/webhooks', body });
  }

  get(webhookId: string): Promise<Webhook> {
    return this.#transport.send({ method: 'GET', path: pathOf(webhookId) });
  }

  list(options: ListWebhooksOptions = {}): Listing<Webhook> {
    return listing(this.#transport, '/v1/webhooks', options);
  }

  /** Changes the fields that are given; `{ enabled: true }` switches it on again. */
  update(webhookId: string, body: PatchWebhook): Promise<WebhookChanged> {
    return this.#transport.send({ method: 'PATCH', path: pathOf(webhookId), body });
  }

  delete(webhookId: string): Promise<WebhookDeleted> {
    return this.#transport.send({ method: 'DELETE', path: pathOf(webhookId) });
  }

  /** Both signing secrets sign until the overlap ends. */
  rotateSecret(
    webhookId: string,
    body: RotateWebhookSecretInput = {},
  ): Promise<WebhookSecretRotated> {
    const path = pathOf(webhookId, 'rotate-secret');
    return this.#transport.send({ method: 'POST', path, body });
  }

  /** Sends a notice of the type `webhook.test`; how it went is in the delivery, read again. */
  test(webhookId: string): Promise<DeliveryQueued> {
    return this.#transport.send({ method: 'POST', path: pathOf(webhookId, 'test'), body: {} });
  }

  /** What was sent in the last 30 days, newest first. */
  deliveries(webhookId: string, options: ListDeliveriesOptions = {}): Listing<Delivery> {
    return listing(this.#transport, pathOf(webhookId, 'deliveries'), options);
  }

  delivery(webhookId: string, deliveryId: string): Promise<Delivery> {
    const path = pathOf(webhookId, 'deliveries', deliveryId);
    return this.#transport.send({ method: 'GET', path });
  }

  /** Sends it again, under the id it had. */
  redeliver(webhookId: string, deliveryId: string): Promise<DeliveryQueued> {
    const path = pathOf(webhookId, 'deliveries', deliveryId, 'redeliver');
    return this.#transport.send({ method: 'POST', path, body: {} });
  }
}

const pathOf = (...segments: readonly string[]): string =>
  ['/v1/webhooks', ...segments.map(encodeURIComponent)].join('/');
