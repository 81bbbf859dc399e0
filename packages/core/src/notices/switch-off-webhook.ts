import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, unchanged, type Context } from '../context.ts';
import { systemCaller } from '../root-keys.ts';
import { presentWebhook } from './webhook-rules.ts';

/** What nobody takes is not sent for ever. The reason is shown with the webhook, and in the audit log. */
export async function switchOffWebhook(
  context: Context,
  id: string,
  reason: string,
): Promise<void> {
  await commitBatch(context, async (tx) => {
    const before = await tx.lockWebhook(id);
    if (before === null || !before.enabled) return unchanged({});
    const nowMs = context.clock.now();
    const after = { ...before, enabled: false, disabledReason: reason, updatedAt: nowMs };
    await tx.putWebhook(after);
    const deed = {
      action: 'webhook.disabled',
      target: auditTarget.webhook(after),
      before: presentWebhook(before, nowMs),
      after: presentWebhook(after, nowMs),
    };
    return recorded(systemCaller('notices'), nowMs, deed, {});
  });
}
