import type { RotateWebhookSecret, WebhookSecretRotated } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import type { Caller } from '../scope.ts';
import { newSigningSecret, sealSigningSecret } from './signing-secret.ts';
import { holdWebhook, presentWebhook } from './webhook-rules.ts';

/** Both secrets sign until the overlap ends. Throws `RefusedError`: WEBHOOK_NOT_FOUND, NO_SIGNING_SECRET. */
export function rotateWebhookSecret(
  context: Context,
  caller: Caller,
  id: string,
  { overlapSeconds }: RotateWebhookSecret,
): Promise<WebhookSecretRotated> {
  return commitBatch(context, async (tx) => {
    const before = await holdWebhook(tx, caller, id);
    if (before.secret === null) throw unsigned(before);
    const nowMs = context.clock.now();
    const secret = newSigningSecret();
    const expiresAt = nowMs + overlapSeconds * 1_000;
    const after: WebhookRecord = {
      ...before,
      secret: sealSigningSecret(context.peppers, secret, id),
      oldSecret: overlapSeconds === 0 ? null : { ...before.secret, expiresAt },
      updatedAt: nowMs,
    };
    await tx.putWebhook(after);
    const webhook = presentWebhook(after, nowMs);
    const deed = {
      action: 'webhook.secret_rotated',
      target: auditTarget.webhook(after),
      before: presentWebhook(before, nowMs),
      after: webhook,
    };
    return recorded(caller, nowMs, deed, { webhook, secret });
  });
}

function unsigned({ id }: WebhookRecord): RefusedError {
  return new RefusedError(
    'NO_SIGNING_SECRET',
    `The webhook "${id}" sends e-mail, which is not signed: there is no secret to rotate.`,
  );
}
