import { operations } from '@claviger/contract';
import { renewInvitation } from '@claviger/core';
import { handOverInvitation } from '../accounts/hand-over-invitation.ts';
import { route } from '../http/route.ts';

export const renewInvitationRoute = route(
  operations.renewInvitation,
  async ({ claviger, surface, caller, params }) => {
    const issued = await renewInvitation(claviger, caller, params);
    return handOverInvitation(surface, issued);
  },
);
