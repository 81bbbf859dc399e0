import { operations } from '@claviger/contract';
import { regenerateKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const regenerateKeyRoute = route(operations.regenerateKey, ({ claviger, caller, params }) =>
  regenerateKey(claviger, caller, params.keyId),
);
