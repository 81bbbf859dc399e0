import { operations } from '@claviger/contract';
import { redeliver } from '@claviger/core';
import { route } from '../http/route.ts';

export const redeliverRoute = route(operations.redeliver, ({ claviger, caller, params }) =>
  redeliver(claviger, caller, params),
);
