import type { Invitation, Member } from '@claviger/sdk';
import type { Column } from './table.ts';
import { relativeTime } from './times.ts';

export const memberColumns: readonly Column<Member>[] = [
  { heading: 'ID', text: ({ userId }) => userId },
  { heading: 'E-MAIL', text: ({ email }) => email, minWidth: 16 },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 8, expendable: 1 },
  { heading: 'ROLE', text: ({ role }) => role },
  {
    heading: 'LAST SIGNED IN',
    text: ({ lastSignInAt }) => (lastSignInAt === null ? 'never' : relativeTime(lastSignInAt)),
    expendable: 2,
  },
];

export const invitationColumns: readonly Column<Invitation>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'E-MAIL', text: ({ email }) => email, minWidth: 16 },
  { heading: 'ROLE', text: ({ role }) => role },
  {
    heading: 'STATUS',
    text: ({ status }) => status,
    color: (status) => (status === 'open' ? 'green' : 'red'),
  },
  { heading: 'EXPIRES', text: ({ expiresAt }) => relativeTime(expiresAt), expendable: 1 },
];
