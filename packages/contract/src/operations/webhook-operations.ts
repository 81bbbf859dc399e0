import { listOf } from '../lists.ts';
import {
  createWebhookBody,
  delivery,
  deliveryParams,
  deliveryQueued,
  listDeliveriesQuery,
  listWebhooksQuery,
  patchWebhookBody,
  rotateWebhookSecretBody,
  webhook,
  webhookChanged,
  webhookCreated,
  webhookDeleted,
  webhookParams,
  webhookSecretRotated,
} from '../webhook.ts';
import { noBody } from '../key.ts';
import { created, define, ok } from './define.ts';

const accepted = { status: 202, schema: deliveryQueued } as const;

const createWebhook = define({
  id: 'createWebhook',
  method: 'POST',
  path: '/v1/webhooks',
  tag: 'Webhooks',
  summary: 'Create a webhook',
  description:
    'Notices about keys within its place go to its address. They are signed as Standard Webhooks say; the answer holds the signing secret, the only time it is shown. A root key that is bound creates webhooks within what it is bound to.',
  permission: 'webhooks:write',
  freshSignIn: true,
  body: createWebhookBody,
  idempotent: true,
  success: created(webhookCreated),
  problems: [
    'API_NOT_FOUND',
    'ORGANIZATION_NOT_FOUND',
    'WEBHOOK_LIMIT_REACHED',
    'BEYOND_OWN_RIGHTS',
  ],
});

const listWebhooks = define({
  id: 'listWebhooks',
  method: 'GET',
  path: '/v1/webhooks',
  tag: 'Webhooks',
  summary: 'List webhooks',
  permission: 'webhooks:read',
  query: listWebhooksQuery,
  success: ok(listOf(webhook)),
  problems: [],
});

const getWebhook = define({
  id: 'getWebhook',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}',
  tag: 'Webhooks',
  summary: 'Read a webhook',
  permission: 'webhooks:read',
  params: webhookParams,
  success: ok(webhook),
  problems: ['WEBHOOK_NOT_FOUND'],
});

const patchWebhook = define({
  id: 'patchWebhook',
  method: 'PATCH',
  path: '/v1/webhooks/{webhookId}',
  tag: 'Webhooks',
  summary: 'Change a webhook, or switch it off and on',
  description:
    'Changes the fields that are given. What waits to be sent waits on while the webhook is off; what happens meanwhile is not sent to it.',
  permission: 'webhooks:write',
  params: webhookParams,
  body: patchWebhookBody,
  success: ok(webhookChanged),
  problems: ['WEBHOOK_NOT_FOUND'],
});

const deleteWebhook = define({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: '/v1/webhooks/{webhookId}',
  tag: 'Webhooks',
  summary: 'Delete a webhook',
  description: 'Its deliveries go with it, those that wait too.',
  permission: 'webhooks:write',
  params: webhookParams,
  success: ok(webhookDeleted),
  problems: ['WEBHOOK_NOT_FOUND'],
});

const rotateWebhookSecret = define({
  id: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/rotate-secret',
  tag: 'Webhooks',
  summary: 'Give a webhook a new signing secret',
  description:
    'Both secrets sign until the overlap ends, so a receiver that knows either of them goes on accepting.',
  permission: 'webhooks:write',
  freshSignIn: true,
  params: webhookParams,
  body: rotateWebhookSecretBody,
  idempotent: true,
  success: ok(webhookSecretRotated),
  problems: ['WEBHOOK_NOT_FOUND', 'NO_SIGNING_SECRET'],
});

const testWebhook = define({
  id: 'testWebhook',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/test',
  tag: 'Webhooks',
  summary: 'Send a test notice',
  description:
    'Of the type `webhook.test`, whatever types the webhook takes. It is sent after the answer: read the delivery to see how it went.',
  permission: 'webhooks:write',
  params: webhookParams,
  body: noBody,
  success: accepted,
  problems: ['WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED'],
});

const listDeliveries = define({
  id: 'listDeliveries',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}/deliveries',
  tag: 'Webhooks',
  summary: 'List what was sent to a webhook, and how it went',
  description: 'Of the last 30 days.',
  permission: 'webhooks:read',
  params: webhookParams,
  query: listDeliveriesQuery,
  success: ok(listOf(delivery)),
  problems: ['WEBHOOK_NOT_FOUND'],
});

const getDelivery = define({
  id: 'getDelivery',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}/deliveries/{deliveryId}',
  tag: 'Webhooks',
  summary: 'Read a delivery',
  permission: 'webhooks:read',
  params: deliveryParams,
  success: ok(delivery),
  problems: ['WEBHOOK_NOT_FOUND', 'DELIVERY_NOT_FOUND'],
});

const redeliver = define({
  id: 'redeliver',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
  tag: 'Webhooks',
  summary: 'Send a notice again',
  description:
    'Now, and with all its tries anew, under the same `webhook-id`: a receiver that had it knows it again.',
  permission: 'webhooks:write',
  params: deliveryParams,
  body: noBody,
  success: accepted,
  problems: ['WEBHOOK_NOT_FOUND', 'DELIVERY_NOT_FOUND', 'WEBHOOK_DISABLED'],
});

export const webhookOperations = {
  createWebhook,
  listWebhooks,
  getWebhook,
  patchWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  listDeliveries,
  getDelivery,
  redeliver,
} as const;
