import type { Delivery, DeliveryParams, List, ListDeliveries } from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { readPage } from '../pages.ts';
import type { DeliveryRecord } from '../ports/notice-store.ts';
import type { Caller } from '../scope.ts';
import { isoTime, isoTimeOrNull } from '../times.ts';
import { visibleWebhook } from './webhook-rules.ts';

export function presentDelivery(record: DeliveryRecord): Delivery {
  const { id, webhookId, noticeId, type, status, nextAttemptAt, attempts, createdAt } = record;
  return {
    id,
    webhookId,
    noticeId,
    type,
    status,
    nextAttemptAt: isoTimeOrNull(nextAttemptAt),
    attempts: attempts.map((attempt) => ({ ...attempt, at: isoTime(attempt.at) })),
    createdAt: isoTime(createdAt),
  };
}

/** Throws `RefusedError`: WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND. */
export async function getDelivery(
  context: Context,
  caller: Caller,
  { webhookId, deliveryId }: DeliveryParams,
): Promise<Delivery> {
  await visibleWebhook(context, caller, webhookId);
  return presentDelivery(await findDelivery(context, { webhookId, deliveryId }));
}

/** Throws `RefusedError` DELIVERY_NOT_FOUND. */
export async function findDelivery(
  { storage }: Context,
  { webhookId, deliveryId }: DeliveryParams,
): Promise<DeliveryRecord> {
  const delivery = await storage.notices.getDelivery(webhookId, deliveryId);
  if (delivery !== null) return delivery;
  throw new RefusedError(
    'DELIVERY_NOT_FOUND',
    `The webhook has no delivery "${deliveryId}". GET /v1/webhooks/${webhookId}/deliveries lists those of the last 30 days.`,
  );
}

/** Throws `RefusedError`: WEBHOOK_NOT_FOUND, INVALID_REQUEST for a foreign cursor. */
export async function listDeliveries(
  context: Context,
  caller: Caller,
  webhookId: string,
  request: ListDeliveries,
): Promise<List<Delivery>> {
  await visibleWebhook(context, caller, webhookId);
  const { status = null, type = null } = request;
  return readPage(
    request,
    { name: 'deliveries', by: 'number' },
    (after, limit) =>
      context.storage.notices.listDeliveries({ webhookId, status, type, after, limit }),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    presentDelivery,
  );
}
