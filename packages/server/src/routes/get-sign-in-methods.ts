import { operations } from '@claviger/contract';
import { openRoute } from '../http/route.ts';

export const getSignInMethodsRoute = openRoute(
  operations.getSignInMethods,
  async ({ surface }) => surface.accounts.methods,
);
