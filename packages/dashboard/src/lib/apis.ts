import { queryOptions } from '@tanstack/react-query';
import type { ROOT_API_ID, ROOT_ORGANIZATION_ID } from '@claviger/contract';
import { clientFor } from './api.ts';

/** Claviger's own, whose keys are root keys. */
const OWN: typeof ROOT_API_ID = 'claviger';

/** That of root keys, which are made on the command line. */
export const OWN_ORGANIZATION: typeof ROOT_ORGANIZATION_ID = 'claviger';

/** The APIs that keys can be made for. */
export const apisQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['apis', organizationId],
    staleTime: 60_000,
    queryFn: async () => {
      const { data } = await clientFor(organizationId).apis.list({ limit: 200 });
      return data.filter(({ id }) => id !== OWN);
    },
  });
