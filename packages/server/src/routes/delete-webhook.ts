import { operations } from '@claviger/contract';
import { deleteWebhook } from '@claviger/core';
import { route } from '../http/route.ts';

export const deleteWebhookRoute = route(operations.deleteWebhook, ({ claviger, caller, params }) =>
  deleteWebhook(claviger, caller, params.webhookId),
);
