import { operations } from '@claviger/contract';
import { readSession } from '@claviger/core';
import { route } from '../http/route.ts';

export const getSessionRoute = route(operations.getSession, ({ claviger, caller }) =>
  readSession(claviger, caller),
);
