import { usage, usageQuery } from '../usage.ts';
import { define, ok } from './define.ts';

const getUsage = define({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/usage',
  tag: 'Usage',
  summary: 'Count verifications',
  description:
    'Every verification is counted, by the hour: none is left out under load. Keeps counting what deleted keys did. Tokens that no key was found for have no `keyId`, `organizationId` and `environment`, and only root keys that are not bound to an organization or environment see them. At most 31 days by the hour, 366 days by the day, 36 months by the month, and 10,000 rows.',
  permission: 'usage:read',
  query: usageQuery,
  success: ok(usage),
  problems: [],
});

export const usageOperations = { getUsage } as const;
