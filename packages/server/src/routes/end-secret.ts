import { operations } from '@claviger/contract';
import { endSecret } from '@claviger/core';
import { route } from '../http/route.ts';

export const endSecretRoute = route(operations.endSecret, ({ claviger, caller, params }) =>
  endSecret(claviger, caller, params.keyId, params.secretId),
);
