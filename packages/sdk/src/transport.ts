import type { Problem } from '@claviger/contract';
import { ClavigerError } from './claviger-error.ts';
import { bodyOfLines, readLines } from './lines.ts';

export interface ClientOptions {
  /** Where the server listens: `https://keys.example.com`. */
  readonly baseUrl: string;
  /** The root key; for `me` and `revokeMe`, any key. Without one, only what is open to everyone. */
  readonly key?: string;
  /** For one attempt, its answer read to the end. Default 10 seconds. */
  readonly timeoutMs?: number;
  /** After the first attempt. Default 3. */
  readonly maxRetries?: number;
  /** To be put in the place of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** To be put in the place of waiting; milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
}

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  /** Of a POST: a new one for each call, unless the caller has one to repeat. */
  readonly idempotencyKey?: string | undefined;
}

/** For what must not be done twice. */
export interface OnceOptions {
  /**
   * 1 to 255 characters of printable ASCII. A call is repeated by itself when its answer is lost; whoever wants to repeat
   * it later sends the same body with the same one, for up to 24 hours (a secret is answered again for 10 minutes).
   */
  readonly idempotencyKey?: string;
}

export interface StreamCall {
  readonly path: string;
  readonly entries: Iterable<unknown> | AsyncIterable<unknown>;
  readonly signal?: AbortSignal | undefined;
}

export interface ReceiveCall {
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_RETRIES = 3;
const FIRST_BACKOFF_MS = 200;
/** Nobody waits longer than this for a retry; what the server asks beyond it, the caller has to decide. */
const MAX_WAIT_MS = 30_000;

const RETRIED_STATUSES = [408, 429, 502, 503, 504];

/** An attempt that we gave up on may still be running there. */
const RETRIED_CODES = ['TIMEOUT', 'NETWORK_ERROR', 'IDEMPOTENCY_IN_PROGRESS'];

/** Sends calls: one timeout for each attempt, retries with backoff, errors of one class. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #baseUrl: string;

  constructor(options: ClientOptions) {
    if (!/^https?:\/\//.test(options.baseUrl)) {
      throw new TypeError(`baseUrl must be an http or https address, not "${options.baseUrl}"`);
    }
    // fetch would say that the header is not valid, and quote it.
    if (options.key !== undefined && !/^[\x21-\x7e]+$/.test(options.key)) {
      throw new TypeError('key must be one word of ASCII; is there a line break at its end?');
    }
    this.#options = options;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
  }

  /** Resolves with the parsed answer. Rejects with `ClavigerError` after the last attempt. */
  async send<Result>(call: Call): Promise<Result> {
    const { maxRetries = DEFAULT_RETRIES, wait = sleep } = this.#options;
    // The same for every attempt: whichever of them arrives, the server does the work once.
    const idempotencyKey =
      call.method === 'POST' ? (call.idempotencyKey ?? crypto.randomUUID()) : undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt<Result>(call, idempotencyKey);
      } catch (error) {
        if (!(error instanceof ClavigerError)) throw error;
        const waitMs = backoffMs(error, attempt);
        if (attempt >= maxRetries || waitMs > MAX_WAIT_MS || !mayRetry(error)) throw error;
        await wait(waitMs);
      }
    }
  }

  /**
   * Sends entries a line each, and yields the lines of the answer meanwhile. Tried once, and without a
   * timeout: it takes as long as there is something to send. Throws `ClavigerError`, or what the entries throw.
   */
  async *stream<Line>({ path, entries, signal }: StreamCall): AsyncGenerator<Line, undefined> {
    const { key, fetch: send = fetch } = this.#options;
    let isOver = false;
    const init = {
      method: 'POST',
      redirect: 'error',
      signal: signal ?? null,
      headers: {
        accept: 'application/x-ndjson',
        ...bearer(key),
        'content-type': 'application/x-ndjson',
      },
      body: bodyOfLines(entries, () => isOver || signal?.aborted === true),
      // The standard's only word for a body that is a stream; Node reads the answer meanwhile.
      duplex: 'half',
    } as const;
    try {
      const response = await send(this.#baseUrl + path, init);
      if (response.ok) yield* readLines<Line>(response.body ?? [], response);
      else await readAnswer(response);
    } catch (error) {
      throw error instanceof ClavigerError || signal?.aborted === true ? error : brokenOff(error);
    } finally {
      isOver = true;
    }
  }

  /**
   * What is answered as it comes, which takes as long as there is something; only its beginning has to come
   * in time. Tried once. Throws `ClavigerError`; also while it is read, when it breaks off.
   */
  async *receive({ path, query, signal }: ReceiveCall): AsyncGenerator<Uint8Array, undefined> {
    const { key, timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(timedOut()), timeoutMs);
    let hasBegun = false;
    try {
      const response = await send(this.#baseUrl + path + queryString(query), {
        redirect: 'error',
        signal: AbortSignal.any([late.signal, ...(signal === undefined ? [] : [signal])]),
        headers: bearer(key),
      });
      clearTimeout(timer);
      if (!response.ok) await readAnswer(response);
      hasBegun = true;
      for await (const bytes of response.body ?? []) yield bytes;
    } catch (error) {
      if (error instanceof ClavigerError || signal?.aborted === true) throw error;
      throw hasBegun ? cutShort(error) : transportError(error, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
  }

  async #attempt<Result>(call: Call, idempotencyKey: string | undefined): Promise<Result> {
    const { key, timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = this.#options;
    const { method, path, query, body } = call;
    try {
      const response = await send(this.#baseUrl + path + queryString(query), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...bearer(key),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return await readAnswer<Result>(response);
    } catch (error) {
      throw error instanceof ClavigerError ? error : transportError(error, timeoutMs);
    }
  }
}

const bearer = (key: string | undefined) =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

async function readAnswer<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok && parsed !== undefined) return parsed as Result;
  const retryAfterSeconds = retryAfter(response.headers.get('retry-after'));
  if (isProblem(parsed)) throw ClavigerError.ofProblem(parsed, retryAfterSeconds);
  throw new ClavigerError(
    `The answer (HTTP ${response.status}) is not one of Claviger's. Check baseUrl, and what stands between.`,
    {
      code: 'UNEXPECTED_ANSWER',
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? undefined,
      retryAfterSeconds,
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, detail, status } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof detail === 'string' && typeof status === 'number';
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function transportError(error: unknown, timeoutMs: number): ClavigerError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new ClavigerError(
      `No answer within ${timeoutMs} ms. Is the server up and near enough?`,
      {
        code: 'TIMEOUT',
        cause: error,
      },
    );
  }
  return new ClavigerError(
    'The server cannot be reached. Check baseUrl and that the server runs.',
    {
      code: 'NETWORK_ERROR',
      cause: error,
    },
  );
}

const timedOut = () => new DOMException('no answer in time', 'TimeoutError');

function cutShort(cause: unknown): ClavigerError {
  return new ClavigerError(
    'The connection broke off before everything had come. See that the server runs, then ask again.',
    { code: 'NETWORK_ERROR', cause },
  );
}

export function brokenOff(cause?: unknown): ClavigerError {
  return new ClavigerError(
    'The connection broke off in the middle. What was answered was done. See that the server runs, then send it again.',
    { code: 'NETWORK_ERROR', cause },
  );
}

function mayRetry({ code, status }: ClavigerError): boolean {
  return (
    RETRIED_CODES.includes(code) || (status !== undefined && RETRIED_STATUSES.includes(status))
  );
}

/** What the server asks for; else doubling, with jitter so that clients do not come back together. */
function backoffMs({ retryAfterSeconds }: ClavigerError, attempt: number): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1_000;
  return FIRST_BACKOFF_MS * 2 ** attempt * (0.5 + Math.random() / 2);
}

function queryString(query: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
