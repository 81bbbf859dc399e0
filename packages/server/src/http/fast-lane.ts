import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Surface } from '../surface.ts';
import { answerVerify } from './answer-verify.ts';
import { readPlainRequest, type PlainHead } from './plain-request.ts';

export interface FastLane {
  /** Takes a new connection. */
  enter(socket: Socket): void;
  /** Ends the connections that wait for a request. */
  closeIdle(): void;
  /** Ends all. */
  closeAll(): void;
}

export interface FastLaneOptions {
  readonly surface: Surface;
  /** Takes over a connection for good, together with the bytes that are unshifted to it. */
  readonly handOver: (socket: Socket) => void;
  /** How long a connection may stay silent, as clients are told. */
  readonly idleMs: number;
}

/** A request that was sent just before a client's time is over still finds its connection. */
const LATE_MS = 1_000;

/**
 * Answers plain verifications straight from the socket (decisions/004): whole requests that leave nothing
 * to interpretation, which is how a backend sends them. Whatever else arrives on a connection is handed
 * over to `node:http` with the connection, from its first byte on, and stays there.
 */
export function createFastLane(options: FastLaneOptions): FastLane {
  const connections = new Set<Connection>();
  return {
    enter: (socket) => void connections.add(new Connection(socket, options, connections)),
    closeIdle() {
      for (const connection of connections) connection.endWhenIdle();
    },
    closeAll() {
      for (const { socket } of connections) socket.destroy();
    },
  };
}

class Connection {
  readonly socket: Socket;
  readonly #options: FastLaneOptions;
  readonly #connections: Set<Connection>;
  #head: PlainHead | null = null;
  #busy = false;
  #ending = false;

  constructor(socket: Socket, options: FastLaneOptions, connections: Set<Connection>) {
    this.socket = socket;
    this.#options = options;
    this.#connections = connections;
    socket.setTimeout(options.idleMs + LATE_MS);
    socket.on('data', this.#read).on('end', this.#end).on('timeout', this.#end);
    socket.on('drain', this.#goOn).on('error', this.#destroy).on('close', this.#leave);
  }

  endWhenIdle(): void {
    this.#ending = true;
    if (!this.#busy) this.socket.destroySoon();
  }

  readonly #read = (bytes: Buffer): void => {
    const begun = performance.now();
    const head = readPlainRequest(bytes.toString('latin1'), this.#head);
    if (head === null || this.#options.surface.draining) return this.#handOver(bytes);
    this.#head = head;
    this.#busy = true;
    const { socket } = this;
    const body = bytes.subarray(head.text.length);
    const call = { socket, head, begun, reply: this.#reply, requestId: null };
    answerVerify(this.#options.surface, call, body);
    // Not decided at once, or the client does not read its answers: what comes meanwhile waits in the kernel.
    if (this.#busy || socket.writableNeedDrain) socket.pause();
  };

  readonly #reply = (status: number, headers: readonly string[], body: string): void => {
    const bytes = Buffer.byteLength(body);
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
    const closing = this.#ending || this.#options.surface.draining;
    text += `content-length: ${bytes}\r\n${closing ? CLOSE : this.#keepAlive()}${dateLine()}\r\n${body}`;
    // All ASCII, as nearly every answer is: one byte to a character, and nothing to encode.
    this.socket.write(text, bytes === body.length ? 'latin1' : 'utf8');
    this.#busy = false;
    if (closing) this.socket.destroySoon();
    else this.#goOn();
  };

  readonly #goOn = (): void => {
    if (this.socket.isPaused() && !this.#busy && !this.socket.writableNeedDrain)
      this.socket.resume();
  };

  #keepAlive(): string {
    return `connection: keep-alive\r\nkeep-alive: timeout=${this.#options.idleMs / 1_000}\r\n`;
  }

  #handOver(bytes: Buffer): void {
    const { socket } = this;
    this.#leave();
    socket.off('data', this.#read).off('end', this.#end).off('timeout', this.#end);
    socket.off('drain', this.#goOn).off('error', this.#destroy).off('close', this.#leave);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(bytes);
    this.#options.handOver(socket);
    socket.resume();
  }

  readonly #end = (): void => this.endWhenIdle();
  readonly #destroy = (): void => void this.socket.destroy();
  readonly #leave = (): void => void this.#connections.delete(this);
}

const CLOSE = 'connection: close\r\n';

let second = 0;
let line = '';

/** RFC 9110, section 6.6.1. Made once a second. */
function dateLine(): string {
  const now = Math.floor(Date.now() / 1_000);
  if (now !== second) {
    second = now;
    line = `date: ${new Date(now * 1_000).toUTCString()}\r\n`;
  }
  return line;
}
