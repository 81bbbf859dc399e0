import { insightsListed, listInsightsQuery } from '../insights.ts';
import { define, ok } from './define.ts';

const listInsights = define({
  id: 'listInsights',
  method: 'GET',
  path: '/v1/insights',
  tag: 'Insights',
  summary: 'List what should be looked at',
  description:
    'Findings about active keys, newest key first, each with its evidence and the one action that ends it. PROBING comes first, and only for root keys that are not bound to an organization or environment. A page looks at 1,000 keys at most, so it may be short, or empty, and still have a `nextCursor`.',
  permission: 'logs:read',
  query: listInsightsQuery,
  success: ok(insightsListed),
  problems: [],
});

export const insightOperations = { listInsights } as const;
