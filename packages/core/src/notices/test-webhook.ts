import type { DeliveryQueued } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { newDelivery } from './fan-out.ts';
import { newNotice } from './new-notice.ts';
import { presentDelivery } from './read-deliveries.ts';
import { assertEnabled, presentWebhook, visibleWebhook } from './webhook-rules.ts';

/** A notice about the webhook itself, to it alone. Throws `RefusedError`: WEBHOOK_NOT_FOUND, WEBHOOK_DISABLED. */
export async function testWebhook(
  context: Context,
  caller: Caller,
  id: string,
): Promise<DeliveryQueued> {
  const webhook = await visibleWebhook(context, caller, id);
  assertEnabled(webhook);
  const nowMs = context.clock.now();
  const data = { webhook: presentWebhook(webhook, nowMs) };
  const notice = newNotice('webhook.test', { at: nowMs, nowMs }, data);
  const delivery = newDelivery(notice, id);
  await context.storage.notices.sendTo(notice, delivery);
  return { delivery: presentDelivery(delivery) };
}
