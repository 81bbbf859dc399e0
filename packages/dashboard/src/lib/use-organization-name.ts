import { useQuery } from '@tanstack/react-query';
import { organizationQuery } from './organizations.ts';

/** As people know it; its id, while that is not known. */
export const useOrganizationName = (organizationId: string): string =>
  useQuery(organizationQuery(organizationId)).data?.name ?? organizationId;
