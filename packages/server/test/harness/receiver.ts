import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notices, type NoticeType } from '@claviger/contract';

/** A request as the receiver got it. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, parsed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire; each test says what it expects
  readonly notice: any;
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/hook` */
  readonly url: string;
  readonly received: Received[];
  /** How it answers from now on. */
  answer(answering: Answering | number): void;
  /** Rejects when one of the notices was not as the contract says. */
  close(): Promise<void>;
}

/** A system that receives notices: a real HTTP server on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answering: Answering = (_, response) => response.end('ok');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ headers, body, notice: JSON.parse(body) });
      answering(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    for (const { notice } of received) {
      if (notice.type in notices) notices[notice.type as NoticeType].parse(notice);
    }
  };
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer(given) {
      answering =
        typeof given === 'number'
          ? (_, response) => response.writeHead(given).end(`says ${given}`)
          : given;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
