import { operations } from '@claviger/contract';
import { testWebhook } from '@claviger/core';
import { route } from '../http/route.ts';

export const testWebhookRoute = route(operations.testWebhook, ({ claviger, caller, params }) =>
  testWebhook(claviger, caller, params.webhookId),
);
