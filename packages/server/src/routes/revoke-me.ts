import { operations } from '@claviger/contract';
import { RefusedError, revokeKey } from '@claviger/core';
import { route } from '../http/route.ts';
import { ownKeyId } from './own-key.ts';

export const revokeMeRoute = route(
  operations.revokeMe,
  async ({ claviger, caller, presented, body }) => {
    if (presented?.type !== 'secret') {
      throw new RefusedError(
        'NOT_A_SECRET_KEY',
        'Anyone can read a public key, so it cannot revoke itself. Present the secret, or ask an administrator.',
      );
    }
    return revokeKey(claviger, caller, ownKeyId(presented), body);
  },
);
