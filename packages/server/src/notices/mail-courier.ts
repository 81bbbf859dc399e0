import type { Courier, CourierReport, Parcel } from '@claviger/core';
import { mailText } from './mail-text.ts';
import type { Mailer } from './mailer.ts';

/** One address, without display name, comment, route or header fields (RFC 6068, narrowed). */
const MAIL_URL =
  /^mailto:([A-Za-z0-9.!#$&'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$/;

const MAX_RESPONSE_CHARACTERS = 1_000;

/** Sends notices as e-mails, over SMTP. */
export class MailCourier implements Courier {
  readonly #mailer: Mailer;
  readonly #publicUrl: string;

  /** `publicUrl`: where Claviger is, for people. */
  constructor(mailer: Mailer, publicUrl: string) {
    this.#mailer = mailer;
    this.#publicUrl = publicUrl;
  }

  objection(url: string): string | null {
    return MAIL_URL.test(url)
      ? null
      : 'must hold one plain address, such as mailto:ops@example.com';
  }

  async send(parcel: Parcel, signal: AbortSignal): Promise<CourierReport> {
    const address = MAIL_URL.exec(parcel.url)?.[1];
    if (address === undefined) return failure('The address is not one that a mail can be sent to.');
    const publicUrl = this.#publicUrl;
    const mail = {
      to: address,
      ...mailText(parcel, publicUrl),
      date: new Date(parcel.sentAt),
      // The same at every attempt: mail programs show it once.
      messageId: `<${parcel.noticeId}.${parcel.webhookId}@${new URL(publicUrl).hostname}>`,
      headers: { 'X-Claviger-Notice': parcel.type },
    };
    try {
      const { response } = await this.#mailer.send(mail, signal);
      return { error: null, ...answerOf({ response }) };
    } catch (error) {
      return { error: describe(error), ...answerOf(error as SmtpAnswer) };
    }
  }
}

const failure = (error: string): CourierReport => ({ error, status: null, response: null });

interface SmtpAnswer {
  readonly response?: unknown;
  readonly code?: unknown;
}

/** `250 2.0.0 Ok: queued`. */
function answerOf({ response }: SmtpAnswer): Pick<CourierReport, 'status' | 'response'> {
  if (typeof response !== 'string') return { status: null, response: null };
  const status = /^\d{3}/.exec(response)?.[0];
  const shown = response.replaceAll('\u0000', '').slice(0, MAX_RESPONSE_CHARACTERS).toWellFormed();
  return { status: status === undefined ? null : Number(status), response: shown };
}

/** For whoever owns the webhook: nothing of the mail server but what it answered. */
function describe(error: unknown): string {
  const { code, response } = error as SmtpAnswer;
  if (code === 'EAUTH') return 'The mail server did not accept this server’s name and password.';
  if (typeof response === 'string') return 'The mail server did not take the mail.';
  return 'The mail server could not be reached.';
}
