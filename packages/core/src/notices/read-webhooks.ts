import type { List, ListWebhooks, Webhook } from '@claviger/contract';
import type { Context } from '../context.ts';
import { readPage } from '../pages.ts';
import { intersect, type Caller } from '../scope.ts';
import { presentWebhook, visibleWebhook } from './webhook-rules.ts';

/** Throws `RefusedError` WEBHOOK_NOT_FOUND. */
export async function getWebhook(context: Context, caller: Caller, id: string): Promise<Webhook> {
  return presentWebhook(await visibleWebhook(context, caller, id), context.clock.now());
}

/** Throws `RefusedError` INVALID_REQUEST for a foreign cursor. */
export function listWebhooks(
  { storage, clock }: Context,
  { scope }: Caller,
  request: ListWebhooks,
): Promise<List<Webhook>> {
  const { apiId, organizationId } = request;
  const restrictions = {
    apiIds: intersect(scope.apis, apiId === undefined ? null : [apiId]),
    organizationIds: intersect(
      scope.organizations,
      organizationId === undefined ? null : [organizationId],
    ),
    environments: scope.environments,
  };
  const nowMs = clock.now();
  return readPage(
    request,
    { name: 'webhooks', by: 'number' },
    (after, limit) => storage.webhooks.list({ ...restrictions, after, limit }),
    ({ createdAt, id }) => ({ value: createdAt, id }),
    (webhook) => presentWebhook(webhook, nowMs),
  );
}
