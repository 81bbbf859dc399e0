import { newId } from '../ids.ts';
import type { DeliveryRecord, NewNotice } from '../ports/notice-store.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import { covers, type Scope } from '../scope.ts';

type Place = Pick<WebhookRecord, 'apiId' | 'organizationId' | 'environment'>;

/** A webhook reaches as far as a caller would who is bound to its place. */
export const scopeOfWebhook = ({ apiId, organizationId, environment }: Place): Scope => ({
  apis: apiId === null ? null : [apiId],
  organizations: organizationId === null ? null : [organizationId],
  environments: environment === null ? null : [environment],
  owners: null,
});

/** A delivery of each notice to each webhook that takes its type and covers its place. */
export function deliveriesOf(
  notices: readonly NewNotice[],
  webhooks: readonly WebhookRecord[],
): DeliveryRecord[] {
  return notices.flatMap((notice) =>
    webhooks.filter((webhook) => takes(webhook, notice)).map(({ id }) => newDelivery(notice, id)),
  );
}

const takes = (webhook: WebhookRecord, { type, place, sequence }: NewNotice): boolean =>
  webhook.enabled &&
  (sequence === undefined || sequence > webhook.auditSequence) &&
  webhook.events.some((event) => event === '*' || event === type) &&
  covers(scopeOfWebhook(webhook), place);

export function newDelivery(
  { id: noticeId, type, createdAt }: Pick<NewNotice, 'id' | 'type' | 'createdAt'>,
  webhookId: string,
): DeliveryRecord {
  return {
    id: newId('dlv', createdAt),
    noticeId,
    webhookId,
    type,
    status: 'pending',
    tries: 0,
    attempts: [],
    nextAttemptAt: createdAt,
    createdAt,
  };
}

/** When a claim ends at the latest that was made now by a node whose clock is ahead, but not by more than a claim lasts. */
export const farthestClaim = (nowMs: number, until: number): number => until + (until - nowMs);
