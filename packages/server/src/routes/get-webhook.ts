import { operations } from '@claviger/contract';
import { getWebhook } from '@claviger/core';
import { route } from '../http/route.ts';

export const getWebhookRoute = route(operations.getWebhook, ({ claviger, caller, params }) =>
  getWebhook(claviger, caller, params.webhookId),
);
