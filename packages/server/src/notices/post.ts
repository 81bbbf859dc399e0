import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface Posting {
  readonly url: URL;
  /** Of its host: no other is connected to. */
  readonly addresses: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The beginning of the body, as text. */
  readonly response: string;
}

/** What is kept of an answer: enough to see what a receiver complains about. */
const MAX_RESPONSE_BYTES = 1_024;

/** Receivers have few headers to send. */
const MAX_HEADER_BYTES = 16_384;

/** One POST on a connection of its own. Follows nothing, keeps nothing, and rejects when there is no answer. */
export function post({ url, addresses, headers, body, signal }: Posting): Promise<PostAnswer> {
  const bytes = Buffer.from(body);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(bytes.length) },
    // The pool of an agent would reuse connections to addresses that were checked another time.
    agent: false,
    lookup: pinnedTo(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    // Whatever the environment of the process says.
    rejectUnauthorized: true,
    signal,
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sending = request(url, options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const retryAfter = headers['retry-after'] ?? null;
      void beginningOf(response).then((text) => {
        resolve({ status, retryAfter, response: text });
        sending.destroy();
      });
    });
    sending.on('error', reject);
    sending.end(bytes);
  });
}

/** Answers what was resolved and checked, whatever the name means by now. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all: wantsAll }, callback) => {
    const [first] = all;
    if (wantsAll === true) callback(null, all);
    else if (first !== undefined) callback(null, first.address, first.family);
  };
}

/** Until it ends, breaks off or is long enough. The status is known by then, so it never rejects. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_RESPONSE_BYTES) break;
    }
  } catch {
    // cut off, or out of time: what came is what there is
  }
  const bytes = Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES);
  // Neither half a character nor what PostgreSQL cannot store.
  return new TextDecoder().decode(bytes, { stream: true }).replaceAll('\u0000', '\ufffd');
}
