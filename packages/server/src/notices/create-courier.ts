import type { Courier } from '@claviger/core';
import type { Config } from '../config.ts';
import { HttpCourier } from './http-courier.ts';
import { MailCourier } from './mail-courier.ts';
import { createMailer } from './mailer.ts';

/** The one that the address asks for. */
export function createCourier({
  notices,
  publicUrl,
}: Pick<Config, 'notices' | 'publicUrl'>): Courier {
  const { opened, timeoutMs } = notices;
  const http = new HttpCourier({ opened, timeoutMs });
  const mailer = createMailer({ notices });
  const post: Courier = mailer === null ? noMail : new MailCourier(mailer, publicUrl);
  const courierFor = (url: string) => (url.startsWith('mailto:') ? post : http);
  return {
    objection: (url) => courierFor(url).objection(url),
    send: (parcel, signal) => courierFor(parcel.url).send(parcel, signal),
  };
}

const noMail: Courier = {
  objection: () =>
    'cannot be a mailto address, because this server sends no e-mail: CLAVIGER_SMTP_URL is not set. Give an https address, or ask whoever runs the server',
  send: async () => ({
    error: 'This server sends no e-mail: CLAVIGER_SMTP_URL is not set.',
    status: null,
    response: null,
  }),
};
