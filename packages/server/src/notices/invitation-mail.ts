import type { InvitationIssued } from '@claviger/core';
import { html } from '../reference/html.ts';
import type { Mail } from './mailer.ts';
import { oneLine } from './one-line.ts';

/** What somebody is sent who is invited: to what, as what, until when, and the link. */
export function invitationMail(
  { invitation, organizationName }: InvitationIssued,
  link: string,
): Mail {
  const { email, role, expiresAt } = invitation;
  const what =
    role === 'operator'
      ? 'You are invited to run a Claviger installation as its operator'
      : oneLine(`You are invited to manage the API keys of ${organizationName} as ${role}`);
  const todo = `Open the link to join. It works once, until ${expiresAt}, for ${email}.`;
  const ignore = 'If you do not know what this is about, leave it: nothing happens without you.';
  return {
    to: email,
    subject: what,
    text: `${what}.\n\n${todo}\n\n${link}\n\n${ignore}\n`,
    html: String(
      html`<p>${what}.</p>
        <p>${todo}</p>
        <p><a href="${link}">${link}</a></p>
        <p>${ignore}</p>`,
    ),
  };
}
