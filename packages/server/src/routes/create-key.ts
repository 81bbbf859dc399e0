import { operations } from '@claviger/contract';
import { createKey } from '@claviger/core';
import { route } from '../http/route.ts';

export const createKeyRoute = route(operations.createKey, ({ claviger, caller, body }) =>
  createKey(claviger, caller, body),
);
