import type { Webhook } from '@claviger/contract';
import type { Context } from '../context.ts';
import { InvalidRequestError, RefusedError } from '../errors.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import type { Transaction } from '../ports/committer.ts';
import type { Courier } from '../ports/courier.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import { encloses, type Caller } from '../scope.ts';
import { isoTime, isoTimeOrNull } from '../times.ts';
import { apiNotFound } from '../verification/entries.ts';
import { scopeOfWebhook } from './fan-out.ts';

/** What the commands about webhooks work with. */
export interface NoticeContext extends Context {
  readonly courier: Courier;
}

/** Of one organization, or of none: each notice is a row and a request for each of them. */
export const MAX_WEBHOOKS = 50;

export function presentWebhook(record: WebhookRecord, nowMs: number): Webhook {
  const { oldSecret } = record;
  const old = oldSecret !== null && nowMs < oldSecret.expiresAt ? oldSecret.expiresAt : null;
  return {
    id: record.id,
    url: record.url,
    events: [...record.events],
    apiId: record.apiId,
    organizationId: record.organizationId,
    environment: record.environment,
    description: record.description,
    enabled: record.enabled,
    disabledReason: record.disabledReason,
    failingSince: isoTimeOrNull(record.failingSince),
    oldSecretExpiresAt: isoTimeOrNull(old),
    createdAt: isoTime(record.createdAt),
    updatedAt: isoTime(record.updatedAt),
  };
}

export const isMail = (url: string): boolean => url.startsWith('mailto:');

type Place = Pick<WebhookRecord, 'apiId' | 'organizationId' | 'environment'>;

/** A webhook tells everything about its place. Throws `RefusedError`: API_NOT_FOUND, ORGANIZATION_NOT_FOUND, BEYOND_OWN_RIGHTS. */
export function assertMayListen({ scope }: Caller, place: Place): void {
  if (encloses(scope, scopeOfWebhook(place))) return;
  const { apiId, organizationId } = place;
  if (apiId !== null && scope.apis?.includes(apiId) === false) throw apiNotFound(apiId);
  if (organizationId !== null && scope.organizations?.includes(organizationId) === false) {
    throw organizationNotFound(organizationId);
  }
  throw new RefusedError(
    'BEYOND_OWN_RIGHTS',
    'A webhook tells about every key of its place, and this root key is bound to less. Name in "apiId", "organizationId" and "environment" what the root key is bound to.',
  );
}

/** Throws `RefusedError` INVALID_REQUEST. */
export function assertDeliverable({ courier }: NoticeContext, url: string): void {
  const objection = courier.objection(url);
  if (objection !== null) throw new InvalidRequestError([{ pointer: '/url', message: objection }]);
}

/** For reading. Throws `RefusedError` WEBHOOK_NOT_FOUND. */
export async function visibleWebhook(
  { storage }: Context,
  caller: Caller,
  id: string,
): Promise<WebhookRecord> {
  return assertVisible(caller, id, await storage.webhooks.get(id));
}

/** For writing. Throws `RefusedError` WEBHOOK_NOT_FOUND. */
export async function holdWebhook(
  tx: Transaction,
  caller: Caller,
  id: string,
): Promise<WebhookRecord> {
  return assertVisible(caller, id, await tx.lockWebhook(id));
}

function assertVisible(
  { scope }: Caller,
  id: string,
  webhook: WebhookRecord | null,
): WebhookRecord {
  if (webhook !== null && encloses(scope, scopeOfWebhook(webhook))) return webhook;
  throw new RefusedError(
    'WEBHOOK_NOT_FOUND',
    `There is no webhook "${id}" here. GET /v1/webhooks lists those that the presented root key can see.`,
  );
}

/** Throws `RefusedError` WEBHOOK_DISABLED. */
export function assertEnabled({ id, enabled }: WebhookRecord): void {
  if (enabled) return;
  throw new RefusedError(
    'WEBHOOK_DISABLED',
    `The webhook "${id}" is switched off, so nothing is sent to it. Switch it on first: PATCH /v1/webhooks/${id} with "enabled": true.`,
  );
}
