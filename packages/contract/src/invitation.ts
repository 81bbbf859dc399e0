import { z } from 'zod';
import { email, newPassword, user } from './account.ts';
import { actorTypes } from './audit.ts';
import { LINK_TOKEN_EXAMPLE, linkToken } from './link-token.ts';
import { pageQuery } from './lists.ts';
import { invitationId, label, organizationId, timestamp } from './primitives.ts';
import { roles } from './roles.ts';

const role = z.enum(roles).meta({
  description: 'operator: in the built-in organization `claviger`, and there alone',
});

/** `void`: whoever made the link may not give this role any more. */
export const invitationStatuses = ['open', 'expired', 'void'] as const;

export const invitation = z
  .object({
    id: invitationId,
    organizationId,
    email: z.string(),
    role,
    status: z.enum(invitationStatuses).meta({
      description:
        'open: its link works. expired: it is over. void: whoever made the link may not give this role any more',
    }),
    createdAt: timestamp,
    createdBy: z
      .object({ type: z.enum(actorTypes), id: z.string() })
      .meta({ description: 'Who made the link that works now' }),
    expiresAt: timestamp,
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.output<typeof invitation>;

export const invitationParams = z.object({ organizationId, invitationId });
export type InvitationParams = z.output<typeof invitationParams>;

export const listInvitationsQuery = z.strictObject({ ...pageQuery });
export type ListInvitations = z.output<typeof listInvitationsQuery>;

export const createInvitationBody = z.strictObject({ email, role }).meta({
  id: 'CreateInvitation',
  example: { email: 'grace@example.com', role: 'developer' },
});
export type CreateInvitation = z.output<typeof createInvitationBody>;
export type CreateInvitationInput = z.input<typeof createInvitationBody>;

export const invitationMade = z
  .object({
    invitation,
    link: z.string().meta({
      description: 'Whoever opens it joins as the e-mail says. Shown this once; a new one ends it',
    }),
    mail: z.enum(['sent', 'failed', 'off']).meta({
      description:
        'Whether the link was mailed to them. failed: the mail server did not take it. off: this server sends no mail. Then hand it over yourself',
    }),
  })
  .meta({ id: 'InvitationMade' });
export type InvitationMade = z.output<typeof invitationMade>;

export const invitationRevoked = z
  .object({ id: invitationId, revoked: z.literal(true) })
  .meta({ id: 'InvitationRevoked' });
export type InvitationRevoked = z.output<typeof invitationRevoked>;

export const previewInvitationBody = z
  .strictObject({ token: linkToken })
  .meta({ id: 'PreviewInvitation', example: { token: LINK_TOKEN_EXAMPLE } });
export type PreviewInvitation = z.output<typeof previewInvitationBody>;

export const invitationPreview = z
  .object({
    organizationId,
    organizationName: z.string(),
    email: z.string(),
    role,
    invitedBy: z.string().nullable().meta({ description: 'A name; null: a program did' }),
    expiresAt: timestamp,
    hasAccount: z.boolean().meta({ description: 'Somebody with this e-mail can sign in already' }),
  })
  .meta({ id: 'InvitationPreview' });
export type InvitationPreview = z.output<typeof invitationPreview>;

export const acceptInvitationBody = z
  .strictObject({
    token: linkToken,
    name: label(100).optional().meta({ description: 'Of somebody who has no account yet' }),
    password: newPassword.optional().meta({ description: 'Of somebody who has no account yet' }),
  })
  .meta({
    id: 'AcceptInvitation',
    example: { token: LINK_TOKEN_EXAMPLE, name: 'Grace', password: 'correct horse battery staple' },
  });
export type AcceptInvitation = z.output<typeof acceptInvitationBody>;

export const invitationAccepted = z
  .object({ user, organizationId, role })
  .meta({ id: 'InvitationAccepted' });
export type InvitationAccepted = z.output<typeof invitationAccepted>;
