import { rolePermissions, type Effective, type User } from '@claviger/contract';

const effective: Effective = {
  everywhere: true,
  at: '2026-11-21T09:30:00.000Z',
  unreachable: [],
};

const operator: User = {
  id: 'usr_0PxJmZ3kVb7cQm1tYw8sLd',
  email: 'operator@example.com',
  name: 'Platform operator',
  operator: true,
};

/** What of people the reference shows. */
export const accountExamples = {
  setUp: { answer: { user: operator, effective } },
  getSession: {
    answer: {
      user: { ...operator, id: 'usr_0PxJmZ3kVb7cQm1tYw8sLe', operator: false },
      permissions: [],
      memberships: [
        {
          organizationId: 'acme',
          organizationName: 'Acme Inc.',
          role: 'viewer' as const,
          permissions: [...rolePermissions.viewer],
        },
      ],
    },
  },
};
