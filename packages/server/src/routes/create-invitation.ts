import { operations } from '@claviger/contract';
import { createInvitation } from '@claviger/core';
import { handOverInvitation } from '../accounts/hand-over-invitation.ts';
import { route } from '../http/route.ts';

export const createInvitationRoute = route(
  operations.createInvitation,
  async ({ claviger, surface, caller, params, body }) => {
    const issued = await createInvitation(claviger, caller, params.organizationId, body);
    return handOverInvitation(surface, issued);
  },
);
