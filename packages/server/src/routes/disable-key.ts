import { operations } from '@claviger/contract';
import { disableKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const disableKeyRoute = route(operations.disableKey, ({ claviger, caller, params }) =>
  disableKey(claviger, caller, params.keyId),
);
