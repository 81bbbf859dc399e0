import { operations } from '@claviger/contract';
import { updateWebhook } from '@claviger/core';
import { route } from '../http/route.ts';

export const patchWebhookRoute = route(
  operations.patchWebhook,
  ({ claviger, caller, params, body }) => updateWebhook(claviger, caller, params.webhookId, body),
);
