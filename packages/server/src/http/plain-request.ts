import { BODY_LIMIT_BYTES, operations } from '@claviger/contract';
import type { VerifyHead } from './answer-verify.ts';

const REQUEST_LINE = `POST ${operations.verifyKey.path} HTTP/1.1\r\n`;
const HEAD_END = '\r\n\r\n';

/** One header field to a line (RFC 9112, section 5): no folding, no space before the colon, no control characters. */
const FIELD_LINES =
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \t]*(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?[ \t]*\r\n)+$/;

/** Around a value. `trim` would take more than these two. */
const OPTIONAL_SPACE = /^[ \t]+|[ \t]+$/g;

/** As `node:http` counts them, so that neither takes what the other refuses. */
const MAX_HEAD_BYTES = 16_384;

/** The head of a request that can be answered without an HTTP parser. */
export interface PlainHead extends VerifyHead {
  /** All of it, the empty line included. */
  readonly text: string;
  readonly contentLength: number;
}

/**
 * The head of `POST /v1/keys/verify`, when these bytes are exactly one such request, whole, and there is
 * nothing about it that two readers could understand differently. Null for everything else, right or
 * wrong, which is then left to `node:http` from its first byte on.
 *
 * `before`: the head of the connection's last request; a backend sends the same one thousands of times.
 */
export function readPlainRequest(bytes: string, before: PlainHead | null): PlainHead | null {
  const known = before !== null && bytes.startsWith(before.text);
  const head = known ? before : parseHead(bytes);
  if (head === null || bytes.length !== head.text.length + head.contentLength) return null;
  return head;
}

function parseHead(bytes: string): PlainHead | null {
  if (!bytes.startsWith(REQUEST_LINE)) return null;
  const end = bytes.indexOf(HEAD_END);
  if (end === -1 || end > MAX_HEAD_BYTES) return null;
  const lines = bytes.slice(REQUEST_LINE.length, end + 2);
  if (!FIELD_LINES.test(lines)) return null;
  const fields = new Map<string, string>();
  for (const line of lines.split('\r\n').slice(0, -1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (fields.has(name)) return null;
    fields.set(name, line.slice(colon + 1).replaceAll(OPTIONAL_SPACE, ''));
  }
  return plainHead(fields, bytes.slice(0, end + HEAD_END.length));
}

/** Fields that change where a request ends or what its connection is. */
const FRAMING = ['transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'http2-settings'];

function plainHead(fields: ReadonlyMap<string, string>, text: string): PlainHead | null {
  const contentLength = fields.get('content-length') ?? '';
  if (!/^(?:0|[1-9]\d{0,6})$/.test(contentLength)) return null;
  if (Number(contentLength) > BODY_LIMIT_BYTES) return null;
  if ((fields.get('host') ?? '') === '') return null;
  if (FRAMING.some((name) => fields.has(name))) return null;
  if (!['keep-alive', undefined].includes(fields.get('connection')?.toLowerCase())) return null;
  return {
    text,
    contentLength: Number(contentLength),
    authorization: fields.get('authorization'),
    apiKey: fields.get('x-api-key'),
    contentType: fields.get('content-type'),
    forwardedFor: fields.get('x-forwarded-for'),
    requestId: fields.get('x-request-id'),
    userAgent: fields.get('user-agent'),
  };
}
