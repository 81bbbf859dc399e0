import { listOf } from '../lists.ts';
import {
  listMembersQuery,
  member,
  memberChanged,
  memberParams,
  memberRemoved,
  patchMemberBody,
  removeMemberQuery,
} from '../member.ts';
import { organizationParams } from '../organization.ts';
import { define, ok } from './define.ts';

const listMembers = define({
  id: 'listMembers',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/members',
  tag: 'Members',
  summary: 'List members',
  description:
    'In the order in which their accounts were made. Those of the organization `claviger` are the operators of the installation.',
  permission: 'members:read',
  params: organizationParams,
  query: listMembersQuery,
  success: ok(listOf(member)),
  problems: ['ORGANIZATION_NOT_FOUND'],
});

const patchMember = define({
  id: 'patchMember',
  method: 'PATCH',
  path: '/v1/organizations/{organizationId}/members/{userId}',
  tag: 'Members',
  summary: 'Give a member another role',
  description:
    'It holds from their next request on. Nobody gives or takes a role above their own, and the last owner stays one unless an operator or a root key says otherwise.',
  permission: 'members:write',
  freshSignIn: true,
  params: memberParams,
  body: patchMemberBody,
  success: ok(memberChanged),
  problems: [
    'ORGANIZATION_NOT_FOUND',
    'MEMBER_NOT_FOUND',
    'BEYOND_OWN_RIGHTS',
    'LAST_OWNER',
    'BUILT_IN',
  ],
});

const removeMember = define({
  id: 'removeMember',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}/members/{userId}',
  tag: 'Members',
  summary: 'Remove a member',
  description:
    'Their next request is refused. With `revokeKeys=true`, which needs `keys:write` too, their keys are revoked before it is answered; if that breaks off, the same call again does the rest.',
  permission: 'members:write',
  params: memberParams,
  query: removeMemberQuery,
  success: ok(memberRemoved),
  problems: ['ORGANIZATION_NOT_FOUND', 'MEMBER_NOT_FOUND', 'BEYOND_OWN_RIGHTS', 'LAST_OWNER'],
});

const leaveOrganization = define({
  id: 'leaveOrganization',
  method: 'DELETE',
  path: '/v1/session/memberships/{organizationId}',
  tag: 'Members',
  summary: 'Leave an organization',
  description:
    'Whoever is signed in stops being a member. With `revokeKeys=true`, which their role has to allow, their keys are revoked. The last owner cannot leave.',
  permission: 'session',
  params: organizationParams,
  query: removeMemberQuery,
  success: ok(memberRemoved),
  problems: ['ORGANIZATION_NOT_FOUND', 'ROLE_NOT_SUFFICIENT', 'LAST_OWNER'],
});

export const memberOperations = {
  listMembers,
  patchMember,
  removeMember,
  leaveOrganization,
} as const;
