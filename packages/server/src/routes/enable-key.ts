import { operations } from '@claviger/contract';
import { enableKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const enableKeyRoute = route(operations.enableKey, ({ claviger, caller, params }) =>
  enableKey(claviger, caller, params.keyId),
);
