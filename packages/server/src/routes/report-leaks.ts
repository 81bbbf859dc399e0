import { operations } from '@claviger/contract';
import { openRoute } from '../http/route.ts';

export const reportLeaksRoute = openRoute(
  operations.reportLeaks,
  async ({ claviger, body, source, showLimits }) => {
    const { limits } = claviger.leaks.accept(body, source);
    showLimits(limits);
    return { received: body.tokens.length };
  },
);
