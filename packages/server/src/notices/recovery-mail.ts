import type { RecoveryIssued } from '@claviger/core';
import { html } from '../reference/html.ts';
import type { Mail } from './mailer.ts';

/** What somebody is sent who has forgotten their password: the link, and what it does. */
export function recoveryMail({ recovery }: RecoveryIssued, link: string): Mail {
  const { email, expiresAt } = recovery;
  const what = `Somebody, you we hope, asked for a new password for ${email} at Claviger`;
  const todo = `Open the link to choose one. It works once, until ${expiresAt}, and ends every session.`;
  const ignore = 'If you did not ask for it, leave it: your password stays as it is.';
  return {
    to: email,
    subject: 'Choose a new password',
    text: `${what}.\n\n${todo}\n\n${link}\n\n${ignore}\n`,
    html: String(
      html`<p>${what}.</p>
        <p>${todo}</p>
        <p><a href="${link}">${link}</a></p>
        <p>${ignore}</p>`,
    ),
  };
}
