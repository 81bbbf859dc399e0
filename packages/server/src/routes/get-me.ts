import { operations } from '@claviger/contract';
import { getKey } from '@claviger/core';
import { route } from '../http/route.ts';
import { ownKeyId } from './own-key.ts';

export const getMeRoute = route(operations.getMe, ({ claviger, caller, presented }) =>
  getKey(claviger, caller, ownKeyId(presented)),
);
