import { operations } from '@claviger/contract';
import { updateKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const patchKeyRoute = route(operations.patchKey, ({ claviger, caller, params, body }) =>
  updateKey(claviger, caller, params.keyId, body),
);
