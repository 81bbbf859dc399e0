import type { InvitationMade } from '@claviger/contract';
import type { InvitationIssued } from '@claviger/core';
import { invitationMail } from '../notices/invitation-mail.ts';
import type { Surface } from '../surface.ts';

/** Whoever invites waits for it, and has the link in any case. */
const PATIENCE_MS = 5_000;

/** The link, to whoever invites, and where mail is sent to whoever is invited. */
export async function handOverInvitation(
  { config, mailer, log }: Pick<Surface, 'config' | 'mailer' | 'log'>,
  issued: InvitationIssued,
): Promise<InvitationMade> {
  const { invitation, token } = issued;
  // Behind the `#`: browsers send it nowhere.
  const link = `${config.publicUrl}/invitation#token=${token}`;
  if (mailer === null) return { invitation, link, mail: 'off' };
  try {
    await mailer.send(invitationMail(issued, link), AbortSignal.timeout(PATIENCE_MS));
    return { invitation, link, mail: 'sent' };
  } catch (error) {
    // Not the error itself: it may repeat what was sent.
    const { code } = error as { readonly code?: unknown };
    log.warn({ invitationId: invitation.id, code }, 'an invitation could not be mailed');
    return { invitation, link, mail: 'failed' };
  }
}
