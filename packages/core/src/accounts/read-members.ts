import { ROOT_ORGANIZATION_ID, type List, type ListMembers, type Member } from '@claviger/contract';
import type { Context } from '../context.ts';
import { getOrganization } from '../organizations/read-organizations.ts';
import { readPage } from '../pages.ts';
import type { Caller } from '../scope.ts';
import { placedMember, placedOperator } from './member-places.ts';
import { presentMember } from './present-member.ts';

/** Throws `RefusedError`: ORGANIZATION_NOT_FOUND, INVALID_REQUEST for a foreign cursor. */
export async function listMembers(
  context: Context,
  caller: Caller,
  organizationId: string,
  request: ListMembers,
): Promise<List<Member>> {
  await getOrganization(context, caller, organizationId);
  const { accounts } = context.storage;
  const text = request.q ?? null;
  return readPage(
    request,
    { name: 'members', by: 'string' },
    async (position, limit) => {
      const query = { text, after: position?.id ?? null, limit };
      return organizationId === ROOT_ORGANIZATION_ID
        ? (await accounts.listOperators(query)).map(placedOperator)
        : (await accounts.listMembers(organizationId, query)).map(placedMember);
    },
    ({ user: { id } }) => ({ value: id, id }),
    (placed) => presentMember(organizationId, placed),
  );
}
