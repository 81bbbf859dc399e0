import { operations } from '@claviger/contract';
import { createRecovery } from '@claviger/core';
import { handOverRecovery } from '../accounts/recovery.ts';
import { route } from '../http/route.ts';

export const createRecoveryRoute = route(
  operations.createRecovery,
  async ({ claviger, surface, caller, body }) =>
    handOverRecovery(surface, await createRecovery(claviger, caller, body)),
);
