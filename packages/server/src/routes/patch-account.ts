import { operations } from '@claviger/contract';
import { renameUser } from '@claviger/core';
import { route } from '../http/route.ts';

export const patchAccountRoute = route(operations.patchAccount, ({ claviger, caller, body }) =>
  renameUser(claviger, caller, body),
);
