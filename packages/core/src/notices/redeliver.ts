import type { DeliveryParams, DeliveryQueued } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { findDelivery, presentDelivery } from './read-deliveries.ts';
import { assertEnabled, visibleWebhook } from './webhook-rules.ts';

/** Due now, with all its tries before it. Throws `RefusedError`: WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND, WEBHOOK_DISABLED. */
export async function redeliver(
  context: Context,
  caller: Caller,
  params: DeliveryParams,
): Promise<DeliveryQueued> {
  assertEnabled(await visibleWebhook(context, caller, params.webhookId));
  const { id } = await findDelivery(context, params);
  await context.storage.notices.sendAgain(id, context.clock.now());
  return { delivery: presentDelivery(await findDelivery(context, params)) };
}
