import type { RecoveryIssued } from '@claviger/core';
import { html } from '../reference/html.ts';
import type { Mail } from './mailer.ts';

/** What somebody is sent who has forgotten their password: the link, and what it does. */
export function recoveryMail({ recovery }: RecoveryIssued, link: string, publicUrl: string): Mail {
  const { email, expiresAt } = recovery;
  const what = `Somebody, you we hope, asked for a new password for ${email} at ${publicUrl}`;
  const until = expiresAt.replace('T', ' ').replace(/:\d\d\.\d+Z$/, ' UTC');
  const todo = `Open the link to choose one. It works once, until ${until}, and ends every session. If you have a second factor, you are asked for it afterwards.`;
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
