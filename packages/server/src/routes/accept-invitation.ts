import { operations } from '@claviger/contract';
import { acceptInvitation } from '../accounts/accept-invitation.ts';
import { openRoute } from '../http/route.ts';

export const acceptInvitationRoute = openRoute(
  operations.acceptInvitation,
  async ({ surface, source, headers, body, setCookie, showLimits }) => {
    const admission = surface.linkLimits.invitations.take(source.ip, 1);
    showLimits(admission.limits);
    const { answer, cookies } = await acceptInvitation(surface, headers, source, body);
    admission.giveBack();
    for (const cookie of cookies) setCookie(cookie);
    return answer;
  },
);
