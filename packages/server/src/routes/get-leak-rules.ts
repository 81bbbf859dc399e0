import { operations } from '@claviger/contract';
import { getLeakRules } from '@claviger/core';
import { route } from '../http/route.ts';

export const getLeakRulesRoute = route(
  operations.getLeakRules,
  async ({ claviger, caller, query }) => getLeakRules(claviger, caller, query),
);
