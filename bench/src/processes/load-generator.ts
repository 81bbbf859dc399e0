import { connect, type Socket } from 'node:net';
import { answerAsks, cpuTime } from './process.ts';

/**
 * Requests over keep-alive connections, each sent when the last one of its connection was answered. On
 * bare sockets, because an HTTP client takes more time than the servers it is to load.
 */
export interface Load {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Every answer has to have it. */
  readonly status: number;
}

export interface Loaded {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of one core that the generator took. */
  readonly cpu: number;
}

/** More than any server here answers; the latencies of one run are held in memory. */
const MAX_PER_SECOND = 200_000;

async function load(options: Load): Promise<Loaded> {
  const requests = options.bodies.map((body) => encode(options, body));
  const latencies = new Float64Array(Math.ceil(options.seconds * MAX_PER_SECOND));
  const sockets = await Promise.all(
    Array.from({ length: options.connections }, () => open(options.url)),
  );
  const begun = performance.now();
  const cpuBegun = cpuTime();
  const end = begun + options.seconds * 1_000;
  let sent = 0;
  let done = 0;
  const next = () => requests[sent++ % requests.length] as Buffer;
  const note = (ms: number) => {
    latencies[done++] = ms;
    return done < latencies.length;
  };
  await Promise.all(sockets.map((socket) => drive(socket, options.status, end, next, note)));
  const seconds = (performance.now() - begun) / 1_000;
  const cpu = (cpuTime() - cpuBegun) / 1e6 / seconds;
  const sorted = latencies.slice(0, done).toSorted();
  const at = (share: number) => sorted[Math.ceil(share * done) - 1] ?? Number.NaN;
  return { perSecond: done / seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), cpu };
}

function encode({ url, path, headers }: Load, body: string): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

/** One connection until the time is over. Rejects when it breaks or an answer is not what was expected. */
function drive(
  socket: Socket,
  status: number,
  end: number,
  next: () => Buffer,
  note: (ms: number) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let pending: Buffer | null = null;
    const send = () => {
      sentAt = performance.now();
      socket.write(next());
    };
    socket.on('data', (chunk: Buffer) => {
      const bytes: Buffer = pending === null ? chunk : Buffer.concat([pending, chunk]);
      pending = isWhole(bytes) ? null : bytes;
      if (pending !== null) return;
      if (bytes.toString('latin1', 9, 12) !== String(status)) {
        socket.destroy(new Error(`expected ${status}, got: ${bytes.toString('utf8')}`));
        return;
      }
      const now = performance.now();
      if (note(now - sentAt) && now < end) return send();
      resolve();
      socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed a connection')));
    send();
  });
}

const HEAD_END = '\r\n\r\n';
const LENGTH = 'content-length: ';

/** Both servers write `content-length` in lower case. */
function isWhole(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
  if (headEnd === -1) return false;
  const at = bytes.indexOf(LENGTH, 0, 'latin1') + LENGTH.length;
  const length = Number.parseInt(bytes.toString('latin1', at, at + 7), 10);
  return bytes.length >= headEnd + HEAD_END.length + length;
}

answerAsks({ load });
