import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, with lines unfolded and quoted-printable decoded. */
  readonly text: string;
}

export interface MailServer {
  /** As a setting: `smtp://…`. */
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** Whether it takes no mail from now on. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
}

const USER = 'claviger';

/** A real SMTP server on this machine, which wants this password. */
export async function startMailServer(expected: string): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let refusing = false;
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === USER && password === expected
        ? done(null, { user: username })
        : done(new Error('wrong')),
    onRcptTo: (_, __, done) =>
      done(refusing ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: decoded(Buffer.concat(chunks).toString()) });
        done();
      });
    },
  });
  const listening = smtp.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://${USER}:${encodeURIComponent(expected)}@127.0.0.1:${port}`,
    mails,
    refuse: (now) => (refusing = now),
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}

function decoded(raw: string): string {
  return raw
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll('\r\n', '\n');
}
