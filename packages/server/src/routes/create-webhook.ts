import { operations } from '@claviger/contract';
import { createWebhook } from '@claviger/core';
import { route } from '../http/route.ts';

export const createWebhookRoute = route(operations.createWebhook, ({ claviger, caller, body }) =>
  createWebhook(claviger, caller, body),
);
