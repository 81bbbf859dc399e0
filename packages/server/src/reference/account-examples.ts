import { rolePermissions, type Effective, type Recovery, type User } from '@claviger/contract';

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

const recovery: Recovery = {
  email: 'grace@example.com',
  removesSecondFactor: false,
  expiresAt: '2026-11-22T09:30:00.000Z',
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
  getSignInMethods: {
    answer: { passkeys: true, singleSignOn: { name: 'Acme' }, recoveryByMail: true },
  },
  getAccount: {
    answer: {
      user: operator,
      secondFactor: { enabled: true, backupCodesLeft: 9 },
      passkeys: [
        {
          id: 'V1StGXR8Z5jdHi6BmyT0aQ7n',
          name: 'Laptop',
          createdAt: '2026-11-20T08:00:00.000Z',
          synced: true,
        },
      ],
      singleSignOn: false,
      sessions: [
        {
          id: 'kq3VtH8Yw0rLxZ2uJp5sNc9e',
          current: true,
          createdAt: '2026-11-21T09:30:00.000Z',
          expiresAt: '2026-11-28T09:30:00.000Z',
          ip: '203.0.113.7',
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0',
        },
      ],
    },
  },
  patchAccount: { answer: { user: { ...operator, name: 'Grace Hopper' } } },
  createRecovery: {
    answer: {
      recovery,
      link: 'https://keys.example.com/recover#token=ZmlmdHktb25lIHJhbmRvbSBjaGFyYWN0ZXJzIG9mIGEgbGluaw',
    },
  },
  requestRecovery: { answer: { requested: true as const } },
  previewRecovery: { answer: recovery },
  takeRecovery: { answer: { email: recovery.email, recovered: true as const } },
};
