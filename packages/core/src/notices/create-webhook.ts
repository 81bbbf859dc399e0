import type { CreateWebhook, WebhookCreated } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commitBatch, recorded } from '../context.ts';
import { InvalidRequestError, RefusedError } from '../errors.ts';
import { newId } from '../ids.ts';
import { organizationNotFound } from '../organizations/organization-rules.ts';
import type { Transaction } from '../ports/committer.ts';
import type { WebhookRecord } from '../ports/webhook-store.ts';
import type { Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';
import { newSigningSecret, sealSigningSecret } from './signing-secret.ts';
import {
  assertDeliverable,
  assertMayListen,
  isMail,
  MAX_WEBHOOKS,
  presentWebhook,
  type NoticeContext,
} from './webhook-rules.ts';

/**
 * From its commit on, notices about its place are sent to its address. Throws `RefusedError`: API_NOT_FOUND,
 * ORGANIZATION_NOT_FOUND, WEBHOOK_LIMIT_REACHED, BEYOND_OWN_RIGHTS, INVALID_REQUEST for an address that is refused.
 */
export function createWebhook(
  context: NoticeContext,
  caller: Caller,
  input: CreateWebhook,
): Promise<WebhookCreated> {
  assertMayListen(caller, input);
  assertDeliverable(context, input.url);
  return commitBatch(context, async (tx) => {
    await assertPlace(tx, input);
    await assertRoom(tx, input.organizationId);
    const nowMs = context.clock.now();
    const id = newId('whk', nowMs);
    const secret = isMail(input.url) ? null : newSigningSecret();
    const webhook: WebhookRecord = {
      ...input,
      id,
      enabled: true,
      disabledReason: null,
      secret: secret === null ? null : sealSigningSecret(context.peppers, secret, id),
      oldSecret: null,
      failingSince: null,
      auditSequence: await tx.auditSequence(),
      createdAt: nowMs,
      updatedAt: nowMs,
    };
    await tx.putWebhook(webhook);
    const after = presentWebhook(webhook, nowMs);
    const deed = {
      action: 'webhook.created',
      target: auditTarget.webhook(webhook),
      before: null,
      after,
    };
    return recorded(caller, nowMs, deed, { webhook: after, ...(secret !== null && { secret }) });
  });
}

/** Locked, so that neither goes before the webhook is there, and the webhooks of one organization are counted one by one. */
async function assertPlace(
  tx: Transaction,
  { apiId, organizationId, environment }: CreateWebhook,
): Promise<void> {
  if (apiId !== null) {
    const api = await tx.lockApi(apiId, 'read');
    if (api === null) throw apiNotFound(apiId);
    if (environment !== null && !api.definition.environments.includes(environment)) {
      const known = api.definition.environments.join(', ');
      throw new InvalidRequestError([
        { pointer: '/environment', message: `is none of the API’s: ${known}` },
      ]);
    }
  }
  if (organizationId === null) return;
  const organization = await tx.lockOrganization(organizationId, 'write');
  if (organization === null) throw organizationNotFound(organizationId);
}

async function assertRoom(tx: Transaction, organizationId: string | null): Promise<void> {
  if ((await tx.countWebhooks(organizationId)) < MAX_WEBHOOKS) return;
  const whose = organizationId === null ? 'no organization' : `"${organizationId}"`;
  throw new RefusedError(
    'WEBHOOK_LIMIT_REACHED',
    `There are ${MAX_WEBHOOKS} webhooks that belong to ${whose}, and no more can be made. Delete one that is no longer used: DELETE /v1/webhooks/{webhookId}.`,
  );
}
