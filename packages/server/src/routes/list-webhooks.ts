import { operations } from '@claviger/contract';
import { listWebhooks } from '@claviger/core';
import { route } from '../http/route.ts';

export const listWebhooksRoute = route(operations.listWebhooks, ({ claviger, caller, query }) =>
  listWebhooks(claviger, caller, query),
);
