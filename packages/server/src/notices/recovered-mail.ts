import { html } from '../reference/html.ts';
import type { Mail } from './mailer.ts';

/** Tells whoever signs in with this e-mail that a recovery link was used, in case it was not them. */
export function recoveredMail(email: string, publicUrl: string): Mail {
  const what = `The password of ${email} at ${publicUrl} was changed by a recovery link`;
  const meaning = 'Every session was ended.';
  const todo =
    'If that was you, there is nothing to do. If not, ask whoever runs the server at once.';
  return {
    to: email,
    subject: 'Your password was changed',
    text: `${what}. ${meaning}\n\n${todo}\n`,
    html: String(
      html`<p>${what}. ${meaning}</p>
        <p>${todo}</p>`,
    ),
  };
}
