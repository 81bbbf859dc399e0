import type { Key } from '@claviger/contract';

/** Where a key is made that takes this one's place. */
export const linkToReplacement = ({ id, organizationId }: Key) =>
  ({
    to: '/org/$organizationId/settings/api-keys/new',
    params: { organizationId },
    search: { replaces: id },
  }) as const;
