import {
  acceptInvitationBody,
  createInvitationBody,
  invitation,
  invitationAccepted,
  invitationMade,
  invitationParams,
  invitationPreview,
  invitationRevoked,
  listInvitationsQuery,
  previewInvitationBody,
} from '../invitation.ts';
import { listOf } from '../lists.ts';
import { organizationParams } from '../organization.ts';
import { created, define, ok } from './define.ts';

const createInvitation = define({
  id: 'createInvitation',
  method: 'POST',
  path: '/v1/organizations/{organizationId}/invitations',
  tag: 'Members',
  summary: 'Invite somebody',
  description:
    'The answer holds the link, the only time it is shown; it works once, for 7 days, for this e-mail. Where the server sends mail, they are sent it. Nobody gives a role above their own. To the organization `claviger`, operators are invited.',
  permission: 'members:write',
  freshSignIn: true,
  params: organizationParams,
  body: createInvitationBody,
  success: created(invitationMade),
  problems: [
    'ORGANIZATION_NOT_FOUND',
    'BEYOND_OWN_RIGHTS',
    'ALREADY_MEMBER',
    'ALREADY_INVITED',
    'INVITATION_LIMIT_REACHED',
  ],
});

const listInvitations = define({
  id: 'listInvitations',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/invitations',
  tag: 'Members',
  summary: 'List invitations',
  description:
    'Those that nobody has used yet, newest first; expired ones are kept for 30 days. They name people from outside, so whoever may not invite does not see them.',
  permission: 'members:write',
  params: organizationParams,
  query: listInvitationsQuery,
  success: ok(listOf(invitation)),
  problems: ['ORGANIZATION_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const renewInvitation = define({
  id: 'renewInvitation',
  method: 'POST',
  path: '/v1/organizations/{organizationId}/invitations/{invitationId}/renew',
  tag: 'Members',
  summary: 'Make a new link for an invitation',
  description:
    'It works for 7 days from now, and the one before works no more. Mailed as the first one.',
  permission: 'members:write',
  freshSignIn: true,
  params: invitationParams,
  success: ok(invitationMade),
  problems: ['ORGANIZATION_NOT_FOUND', 'INVITATION_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const revokeInvitation = define({
  id: 'revokeInvitation',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}/invitations/{invitationId}',
  tag: 'Members',
  summary: 'Revoke an invitation',
  description: 'Its link works no more.',
  permission: 'members:write',
  params: invitationParams,
  success: ok(invitationRevoked),
  problems: ['ORGANIZATION_NOT_FOUND', 'INVITATION_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const previewInvitation = define({
  id: 'previewInvitation',
  method: 'POST',
  path: '/v1/invitations/preview',
  tag: 'Members',
  summary: 'Read what an invitation is for',
  description: 'Changes nothing. The token stands in the body, so that it is in no log.',
  permission: 'none',
  body: previewInvitationBody,
  success: ok(invitationPreview),
  problems: ['INVITATION_NOT_VALID', 'RATE_LIMITED'],
});

const acceptInvitation = define({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/accept',
  tag: 'Members',
  summary: 'Accept an invitation',
  description:
    'Whoever is signed in with its e-mail becomes a member. Whoever has no account yet names themselves and chooses a password, and is signed in by the answer’s cookie. Whoever has an account and is not signed in has to sign in first.',
  permission: 'none',
  body: acceptInvitationBody,
  success: ok(invitationAccepted),
  problems: [
    'INVITATION_NOT_VALID',
    'INVITED_BY_ANOTHER_EMAIL',
    'SIGN_IN_REQUIRED',
    'FOREIGN_ORIGIN',
    'RATE_LIMITED',
  ],
});

export const invitationOperations = {
  createInvitation,
  listInvitations,
  renewInvitation,
  revokeInvitation,
  previewInvitation,
  acceptInvitation,
} as const;
