import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, useParams } from '@tanstack/react-router';
import type { Member } from '@claviger/contract';
import { clientFor } from './api.ts';

const route = getRouteApi('/signed-in');

/** As many as one answer holds; of a larger organization, whoever comes later is shown by their id. */
const KNOWN = 200;

const membersQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['members', organizationId, 'names'],
    enabled: organizationId !== '',
    staleTime: 60_000,
    queryFn: async () => {
      const { members } = clientFor(organizationId).organizations;
      return (await members.list(organizationId, { limit: KNOWN })).data;
    },
  });

/** The people of the organization that the page is about; none, as long as they are not known. */
export function useMembers(): readonly Member[] {
  const { organizationId = '' } = useParams({ strict: false });
  return useQuery(membersQuery(organizationId)).data ?? [];
}

/** What people are called, by their ids. */
export function useNames(): (userId: string) => string | undefined {
  const { user } = route.useRouteContext().session;
  const members = useMembers();
  return (userId) =>
    userId === user.id ? user.name : members.find((each) => each.userId === userId)?.name;
}
