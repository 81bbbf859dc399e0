import { operations } from '@claviger/contract';
import { revokeInvitation } from '@claviger/core';
import { route } from '../http/route.ts';

export const revokeInvitationRoute = route(
  operations.revokeInvitation,
  ({ claviger, caller, params }) => revokeInvitation(claviger, caller, params),
);
