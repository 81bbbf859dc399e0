import { operations } from '@claviger/contract';
import { listInsights } from '@claviger/core';
import { route } from '../http/route.ts';

export const listInsightsRoute = route(operations.listInsights, ({ claviger, caller, query }) =>
  listInsights(claviger, caller, query),
);
