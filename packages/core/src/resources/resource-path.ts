import type { ResourceId } from '../ports/records.ts';

/** `acme/customer/cus_1`: none of the parts can hold a slash. */
export const resourcePath = ({ organizationId, type, id }: ResourceId): string =>
  `${organizationId}/${type}/${id}`;
