import { operations } from '@claviger/contract';
import { replaceKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const replaceKeyRoute = route(operations.replaceKey, ({ claviger, caller, params, body }) =>
  replaceKey(claviger, caller, params.keyId, body),
);
