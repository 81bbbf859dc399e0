import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { organizationQuery } from './organizations.ts';

const route = getRouteApi('/signed-in');

/** As people know it; its id, while that is not known. Undefined: the page is about none. */
export function useOrganizationName<Id extends string | undefined>(
  organizationId: Id,
): Id | string {
  const { memberships } = route.useRouteContext().session;
  const own = memberships.find((each) => each.organizationId === organizationId);
  const found = useQuery(organizationQuery(organizationId)).data;
  return found?.name ?? own?.organizationName ?? organizationId;
}
