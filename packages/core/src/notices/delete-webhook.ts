import type { WebhookDeleted } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import type { Caller } from '../scope.ts';
import { holdWebhook, presentWebhook } from './webhook-rules.ts';

/** Its deliveries go with it. Throws `RefusedError` WEBHOOK_NOT_FOUND. */
export function deleteWebhook(
  context: Context,
  caller: Caller,
  id: string,
): Promise<WebhookDeleted> {
  return commitBatch(context, async (tx) => {
    const webhook = await holdWebhook(tx, caller, id);
    const nowMs = context.clock.now();
    await tx.deleteWebhook(id);
    const deed = {
      action: 'webhook.deleted',
      target: auditTarget.webhook(webhook),
      before: presentWebhook(webhook, nowMs),
      after: null,
    };
    return recorded(caller, nowMs, deed, { id, deleted: true as const });
  });
}
