import type { PatchWebhook, WebhookChanged } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import { commitBatch, recorded, unchanged } from '../context.ts';
import { InvalidRequestError } from '../errors.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import type { Caller } from '../scope.ts';
import {
  assertDeliverable,
  holdWebhook,
  isMail,
  presentWebhook,
  type NoticeContext,
} from './webhook-rules.ts';

/** Changes the fields that are given. Switching it on forgets that it failed. Throws `RefusedError`: WEBHOOK_NOT_FOUND, INVALID_REQUEST. */
export function updateWebhook(
  context: NoticeContext,
  caller: Caller,
  id: string,
  patch: PatchWebhook,
): Promise<WebhookChanged> {
  return commitBatch(context, async (tx) => {
    const before = await holdWebhook(tx, caller, id);
    const changed = apply(before, patch);
    assertSameKind(before, changed);
    if (changed.url !== before.url) assertDeliverable(context, changed.url);
    const nowMs = context.clock.now();
    if (canonicalJson(changed) === canonicalJson(before)) {
      return unchanged({ webhook: presentWebhook(before, nowMs) });
    }
    const switchedOn = changed.enabled && !before.enabled;
    const auditSequence = switchedOn ? await tx.auditSequence() : before.auditSequence;
    const after = { ...changed, auditSequence, updatedAt: nowMs };
    await tx.putWebhook(after);
    const webhook = presentWebhook(after, nowMs);
    const deed = {
      action: 'webhook.updated',
      target: auditTarget.webhook(after),
      before: presentWebhook(before, nowMs),
      after: webhook,
    };
    return recorded(caller, nowMs, deed, { webhook });
  });
}

function apply(before: WebhookRecord, patch: PatchWebhook): WebhookRecord {
  const { url, events, enabled, description } = patch;
  return {
    ...before,
    ...(url !== undefined && { url }),
    ...(events !== undefined && { events }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled }),
    ...(enabled === true && !before.enabled && { disabledReason: null, failingSince: null }),
  };
}

/** One has a signing secret, and the other has none. */
function assertSameKind(before: WebhookRecord, after: WebhookRecord): void {
  if (isMail(before.url) === isMail(after.url)) return;
  const kind = isMail(before.url) ? 'a mailto' : 'an https';
  throw new InvalidRequestError([
    {
      pointer: '/url',
      message: `must stay ${kind} address; create another webhook for the other kind`,
    },
  ]);
}
