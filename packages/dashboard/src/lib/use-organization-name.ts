import type { Session } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { clientFor } from './api.ts';

/** As people know it; its id, while that is not known. Operators see many that they do not belong to. */
export function useOrganizationName(session: Session, organizationId: string): string {
  const own = session.memberships.find((each) => each.organizationId === organizationId);
  const found = useQuery({
    queryKey: ['organization', organizationId],
    enabled: own === undefined,
    staleTime: 60_000,
    queryFn: () => clientFor(organizationId).organizations.get(organizationId),
  });
  return own?.organizationName ?? found.data?.name ?? organizationId;
}
