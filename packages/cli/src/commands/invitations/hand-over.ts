import type { InvitationMade } from '@claviger/sdk';
import { jsonText, note, write } from '../../output.ts';
import { plainLine } from '../../text/plain-text.ts';

const mailed: Readonly<Record<InvitationMade['mail'], string>> = {
  sent: 'It was mailed to them.',
  failed: 'The mail could not be sent: hand the link over yourself.',
  off: 'The server sends no mail: hand the link over yourself.',
};

/** The link alone on standard output, so that it can be passed on; what there is to say of it beside. */
export async function handOver(json: boolean | undefined, made: InvitationMade): Promise<void> {
  if (json === true) return write(jsonText(made));
  const { email, role, organizationId, expiresAt } = made.invitation;
  note(
    `Invited ${plainLine(email)} to ${organizationId} as ${role}, until ${expiresAt}. ${mailed[made.mail]}`,
  );
  note('The link, shown this once:');
  await write(`${made.link}\n`);
}
