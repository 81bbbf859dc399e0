import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { AddressMatcher, Courier, CourierReport, Parcel } from '@claviger/core';
import { Webhook } from 'standardwebhooks';
import { VERSION } from '../version.ts';
import { post, type PostAnswer } from './post.ts';
import { describeSendFailure } from './send-failure.ts';
import { hostOf, maySendTo, urlObjection } from './webhook-url.ts';

export interface HttpCourierOptions {
  /** Addresses that are sent to though they are not public. */
  readonly opened: AddressMatcher;
  readonly timeoutMs: number;
  /** All addresses of a host. That of the system unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const systemResolve = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * POSTs notices, signed as Standard Webhooks say (standardwebhooks.com). The host is resolved and checked anew at every
 * attempt, and the connection goes to the very addresses that were checked.
 */
export class HttpCourier implements Courier {
  readonly #options: HttpCourierOptions;

  constructor(options: HttpCourierOptions) {
    this.#options = options;
  }

  objection(url: string): string | null {
    return urlObjection(url, this.#options.opened);
  }

  async send(parcel: Parcel, signal: AbortSignal): Promise<CourierReport> {
    const { timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const limit = AbortSignal.any([signal, timeout]);
    try {
      // What is allowed may have changed since the webhook was made.
      const objection = this.objection(parcel.url);
      if (objection !== null) return failure(`The address ${objection}.`);
      const url = new URL(parcel.url);
      const addresses = await orAborted(this.#addressesOf(url), limit);
      if (addresses === null) {
        return failure(
          'The host resolves to an address that is not public, so nothing was sent. Whoever runs the server can open it with CLAVIGER_WEBHOOK_ALLOW_PRIVATE.',
        );
      }
      const headers = headersOf(parcel);
      const answer = await post({ url, addresses, headers, body: parcel.body, signal: limit });
      return judge(answer, parcel.sentAt);
    } catch (error) {
      const seconds = Math.ceil(timeoutMs / 1_000);
      if (timeout.aborted) return failure(`There was no answer within ${seconds} s.`);
      return failure(describeSendFailure(error));
    }
  }

  /** Null when one of them must not be sent to: a name with several is as good as its worst. */
  async #addressesOf(url: URL): Promise<readonly string[] | null> {
    const { opened, resolve = systemResolve } = this.#options;
    const host = hostOf(url);
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    const isAllowed = addresses.every((address) => maySendTo(url, address, opened));
    return isAllowed && addresses.length > 0 ? addresses : null;
  }
}

const failure = (error: string): CourierReport => ({ error, status: null, response: null });

function headersOf({ noticeId, sentAt, body, secrets }: Parcel): Record<string, string> {
  const time = new Date(sentAt);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(noticeId, time, body));
  return {
    'content-type': 'application/json',
    'user-agent': `Claviger/${VERSION}`,
    'webhook-id': noticeId,
    'webhook-timestamp': String(Math.floor(sentAt / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

function judge({ status, retryAfter, response }: PostAnswer, nowMs: number): CourierReport {
  const answered = { status, response };
  if (status >= 200 && status < 300) return { ...answered, error: null };
  if (status === 410) return { ...answered, error: 'It answered 410 Gone.', gone: true };
  if (status >= 300 && status < 400) {
    const error = `It answered ${status}: redirects are not followed. Give the webhook the address that it leads to.`;
    return { ...answered, error };
  }
  const retryAfterMs = status === 429 || status === 503 ? pauseOf(retryAfter, nowMs) : null;
  const error = `It answered ${status}; what is taken has to be answered with 2xx.`;
  return { ...answered, error, ...(retryAfterMs !== null && { retryAfterMs }) };
}

/** `Retry-After` (RFC 9110 10.2.3): seconds, or a date. */
function pauseOf(retryAfter: string | null, nowMs: number): number | null {
  if (retryAfter === null) return null;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** Looking a name up cannot be cut off; it can be left. */
async function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
