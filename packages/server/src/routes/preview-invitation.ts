import { operations } from '@claviger/contract';
import { previewInvitation } from '@claviger/core';
import { openRoute } from '../http/route.ts';

export const previewInvitationRoute = openRoute(
  operations.previewInvitation,
  async ({ claviger, surface, source, body, showLimits }) => {
    const admission = surface.linkLimits.invitations.take(source.ip, 1);
    showLimits(admission.limits);
    const preview = await previewInvitation(claviger, body.token);
    admission.giveBack();
    return preview;
  },
);
