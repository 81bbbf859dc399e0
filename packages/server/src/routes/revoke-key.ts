import { operations } from '@claviger/contract';
import { revokeKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const revokeKeyRoute = route(operations.revokeKey, ({ claviger, caller, params, body }) =>
  revokeKey(claviger, caller, params.keyId, body),
);
