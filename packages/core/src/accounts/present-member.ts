import type { Member } from '@claviger/contract';
import { isoTime, isoTimeOrNull } from '../times.ts';
import type { Placed } from './member-places.ts';

export const presentMember = (
  organizationId: string,
  { user, role, createdAt }: Placed,
): Member => ({
  organizationId,
  userId: user.id,
  name: user.name,
  email: user.email,
  role,
  createdAt: isoTime(createdAt),
  lastSignInAt: isoTimeOrNull(user.lastSignInAt),
});
