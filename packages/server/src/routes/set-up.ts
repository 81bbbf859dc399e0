import { operations } from '@claviger/contract';
import { openRoute } from '../http/route.ts';

export const setUpRoute = openRoute(
  operations.setUp,
  async ({ surface, source, setCookie, body }) => {
    const { answer, cookies } = await surface.accounts.setUp(source, body);
    for (const cookie of cookies) setCookie(cookie);
    return answer;
  },
);
