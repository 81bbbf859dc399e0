import { operations } from '@claviger/contract';
import { getDelivery } from '@claviger/core';
import { route } from '../http/route.ts';

export const getDeliveryRoute = route(operations.getDelivery, ({ claviger, caller, params }) =>
  getDelivery(claviger, caller, params),
);
