import { operations } from '@claviger/contract';
import { identifyLeaks } from '@claviger/core';
import { route } from '../http/route.ts';

export const identifyLeaksRoute = route(
  operations.identifyLeaks,
  async ({ claviger, caller, body }) => identifyLeaks(claviger, caller, body),
);
