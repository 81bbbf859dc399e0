import { requestRecovery, withdrawRecovery, type RecoveryIssued } from '@claviger/core';
import type { RecoveryMade } from '@claviger/contract';
import type { Source } from '../http/authenticate.ts';
import type { Mail, Mailer } from '../notices/mailer.ts';
import { recoveredMail } from '../notices/recovered-mail.ts';
import { recoveryMail } from '../notices/recovery-mail.ts';
import type { Surface } from '../surface.ts';
import { afterAnswer } from './after-answer.ts';

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
  { ip, requestId }: Source,
  email: string,
): void {
  const { claviger, config } = surface;
  const mail = async () => {
    const issued = await requestRecovery(claviger, { ip, requestId }, email);
    if (issued === null) return;
    try {
      await send(mailer, recoveryMail(issued, linkOf(surface, issued), config.publicUrl));
    } catch (error) {
      await withdrawRecovery(claviger, issued);
      throw error;
    }
  };
  afterAnswer(mail, warning(surface, requestId, 'a recovery link could not be made or mailed'));
}

/** In case it was not them. */
export function tellRecovered(
  surface: Pick<Surface, 'mailer' | 'config' | 'log'>,
  { requestId }: Source,
  email: string,
): void {
  const { mailer, config } = surface;
  if (mailer === null) return;
  const mail = async () => {
    await send(mailer, recoveredMail(email, config.publicUrl));
  };
  afterAnswer(mail, warning(surface, requestId, 'it could not be mailed that a recovery was used'));
}

const send = (mailer: Mailer, mail: Mail) => mailer.send(mail, AbortSignal.timeout(PATIENCE_MS));

const warning =
  ({ log }: Pick<Surface, 'log'>, requestId: string, text: string) =>
  (error: unknown): void => {
    // Not the error itself: it may repeat what was sent.
    const { code } = error as { readonly code?: unknown };
    log.warn({ code, requestId }, text);
  };
