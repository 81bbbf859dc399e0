import type { Effective, Invitation, Member } from '@claviger/contract';

const effective: Effective = {
  everywhere: true,
  at: '2026-11-21T09:30:00.000Z',
  unreachable: [],
};

const member: Member = {
  organizationId: 'acme',
  userId: 'usr_0PxJmZ3kVb7cQm1tYw8sLe',
  name: 'Grace',
  email: 'grace@example.com',
  role: 'developer',
  createdAt: '2026-11-21T09:30:00.000Z',
  lastSignInAt: '2026-11-24T16:05:12.480Z',
};

const invitation: Invitation = {
  id: 'inv_0PxJmZ3kVb7cQm1tYw8sLd',
  organizationId: 'acme',
  email: 'grace@example.com',
  role: 'developer',
  status: 'open',
  createdAt: '2026-11-21T09:30:00.000Z',
  createdBy: { type: 'user', id: 'usr_0PxJmZ3kVb7cQm1tYw8sLd' },
  expiresAt: '2026-11-28T09:30:00.000Z',
};

const made = {
  invitation,
  link: 'https://keys.example.com/invitation#token=ZmlmdHktb25lIHJhbmRvbSBjaGFyYWN0ZXJzIG9mIGEgbGluaw',
  mail: 'sent' as const,
};

const gone = {
  organizationId: 'acme',
  userId: member.userId,
  removed: true as const,
  revokedKeys: 2,
  effective,
};

/** What of members and invitations the reference shows. */
export const memberExamples = {
  listMembers: { answer: { data: [member], nextCursor: null } },
  patchMember: { answer: { member: { ...member, role: 'admin' as const } } },
  removeMember: { answer: gone },
  leaveOrganization: { answer: { ...gone, revokedKeys: 0 } },
  createInvitation: { answer: made },
  listInvitations: { answer: { data: [invitation], nextCursor: null } },
  renewInvitation: { answer: { ...made, mail: 'off' as const } },
  revokeInvitation: { answer: { id: invitation.id, revoked: true as const } },
  previewInvitation: {
    answer: {
      organizationId: 'acme',
      organizationName: 'Acme Inc.',
      email: invitation.email,
      role: invitation.role,
      invitedBy: 'Platform operator',
      expiresAt: invitation.expiresAt,
      hasAccount: false,
    },
  },
  acceptInvitation: {
    answer: {
      user: { id: member.userId, email: member.email, name: member.name, operator: false },
      organizationId: 'acme',
      role: invitation.role,
    },
  },
};
