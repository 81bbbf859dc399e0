import { operations } from '@claviger/contract';
import { rotateWebhookSecret } from '@claviger/core';
import { route } from '../http/route.ts';

export const rotateWebhookSecretRoute = route(
  operations.rotateWebhookSecret,
  ({ claviger, caller, params, body }) =>
    rotateWebhookSecret(claviger, caller, params.webhookId, body),
);
