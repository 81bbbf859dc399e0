import { operations } from '@claviger/contract';
import { listDeliveries } from '@claviger/core';
import { route } from '../http/route.ts';

export const listDeliveriesRoute = route(
  operations.listDeliveries,
  ({ claviger, caller, params, query }) =>
    listDeliveries(claviger, caller, params.webhookId, query),
);
