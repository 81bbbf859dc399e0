import { Agent, request as httpRequest } from 'node:http';

export interface OneConnection {
  /** Sends a body with its length, or in chunks. One request after the other. */
  post(path: string, sent: Sent): Promise<Received>;
  close(): void;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly chunked?: boolean;
}

interface Received {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire; each test says what it expects
  readonly body: any;
  /** Ours: tells which connection it went over. */
  readonly port: number | undefined;
}

/** A client that keeps to one connection as long as the server lets it live. */
export function oneConnection(url: string): OneConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    post: (path, { headers, body, chunked = false }) =>
      new Promise((resolve, reject) => {
        const framing = chunked
          ? { 'transfer-encoding': 'chunked' }
          : { 'content-length': Buffer.byteLength(body) };
        const request = httpRequest(url + path, {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', ...framing, ...headers },
        });
        request.once('error', reject);
        request.once('response', (response) => {
          const { localPort } = response.socket;
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(text), port: localPort }),
          );
        });
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}
