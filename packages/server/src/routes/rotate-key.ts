import { operations } from '@claviger/contract';
import { rotateKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const rotateKeyRoute = route(operations.rotateKey, ({ claviger, caller, params, body }) =>
  rotateKey(claviger, caller, params.keyId, body),
);
