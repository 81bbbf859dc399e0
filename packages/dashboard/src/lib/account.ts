import { queryOptions } from '@tanstack/react-query';
import type { Account } from '@claviger/contract';
import { get } from './session.ts';

/** How the person signs in, and where they are signed in. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: () => get<Account>('/v1/account'),
});
