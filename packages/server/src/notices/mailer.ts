import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { Config } from '../config.ts';

export interface MailerOptions {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly timeoutMs: number;
}

/** Rejects with what `nodemailer` rejects with. */
type SentMail = Promise<{ readonly response?: string | undefined }>;

export interface Mail extends Pick<
  SendMailOptions,
  'subject' | 'text' | 'html' | 'date' | 'messageId'
> {
  /** One plain address. */
  readonly to: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hands mails over to the mail server. */
export class Mailer {
  readonly #from: string;
  readonly #transport: Transporter;

  constructor({ smtpUrl, from, timeoutMs }: MailerOptions) {
    this.#from = from;
    const timeouts = {
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    };
    this.#transport = createTransport({
      ...serverOf(smtpUrl),
      ...timeouts,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  send({ to, headers, ...mail }: Mail, signal: AbortSignal): SentMail {
    const sending = this.#transport.sendMail({
      from: this.#from,
      to: { name: '', address: to },
      ...mail,
      headers: { 'Auto-Submitted': 'auto-generated', ...headers },
    });
    return orCut(sending, signal);
  }
}

/** A mail that was handed over cannot be called back: whoever does not wait any more leaves it to itself. */
function orCut<Result>(sending: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(new Error('cut off'));
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut, { once: true });
    sending.then(resolve, reject).finally(() => signal.removeEventListener('abort', cut));
  });
}

/** Null: this server sends no mail. */
export const createMailer = ({
  notices: { mail, timeoutMs },
}: Pick<Config, 'notices'>): Mailer | null =>
  mail === null ? null : new Mailer({ ...mail, timeoutMs });

function serverOf(smtpUrl: string) {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  };
}
