import { requestRecovery, type RecoveryIssued, type Stranger } from '@claviger/core';
import type { RecoveryMade } from '@claviger/contract';
import { recoveryMail } from '../notices/recovery-mail.ts';
import type { Mailer } from '../notices/mailer.ts';
import { afterAnswer } from './after-answer.ts';
import type { Surface } from '../surface.ts';

/** Nobody waits for it but this program. */
const PATIENCE_MS = 30_000;

/** Behind the `#`: browsers send it nowhere. */
const linkOf = ({ config }: Pick<Surface, 'config'>, { token }: RecoveryIssued): string =>
  `${config.publicUrl}/recover#token=${token}`;

/** The link, to the operator who made it, and to nobody else. */
export const handOverRecovery = (
  surface: Pick<Surface, 'config'>,
  issued: RecoveryIssued,
): RecoveryMade => ({ recovery: issued.recovery, link: linkOf(surface, issued) });

/** To whoever signs in with this e-mail, if anybody does. */
export function mailRecovery(
  surface: Pick<Surface, 'claviger' | 'config' | 'log'>,
  mailer: Mailer,
  stranger: Stranger,
  email: string,
): void {
  const send = async () => {
    const issued = await requestRecovery(surface.claviger, stranger, email);
    if (issued === null) return;
    const mail = recoveryMail(issued, linkOf(surface, issued));
    await mailer.send(mail, AbortSignal.timeout(PATIENCE_MS));
  };
  afterAnswer(send, (error) => {
    // Not the error itself: it may repeat what was sent.
    const { code } = error as { readonly code?: unknown };
    surface.log.warn({ code }, 'a recovery link could not be made or mailed');
  });
}
