import type { Key, NoticeType } from '@claviger/contract';
import { newId } from '../ids.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { isoTime } from '../times.ts';

/** Standard Webhooks: payloads should be small. Receivers commonly take no more. */
const MAX_BODY_BYTES = 20_000;

/** What may be long in a key, and is read again with GET /v1/keys/{keyId}. */
const LONG_FIELDS = [
  'resources',
  'allowedOrigins',
  'allowedIps',
  'metadata',
  'permissions',
  'secrets',
  'rateLimits',
] as const satisfies (keyof Key)[];

interface NoticeData {
  readonly key?: Partial<Key> | null;
  readonly [member: string]: unknown;
}

/** As Standard Webhooks recommend it. */
interface Payload {
  readonly type: NoticeType;
  readonly timestamp: string;
  readonly data: NoticeData;
}

/** `at`: when it happened; `nowMs`: when it is told. */
export function newNotice(
  type: NoticeType,
  { at, nowMs }: { readonly at: number; readonly nowMs: number },
  data: NoticeData,
): NoticeRecord {
  const timestamp = isoTime(at);
  return {
    id: newId('not', nowMs),
    type,
    body: boundedBody({ type, timestamp, data }),
    createdAt: nowMs,
  };
}

/** Long fields of the key are left out, and named in `omitted`, until it is small enough. */
function boundedBody(payload: Payload): string {
  let body = JSON.stringify(payload);
  let { key } = payload.data;
  const omitted: string[] = [];
  for (const field of LONG_FIELDS) {
    if (Buffer.byteLength(body) <= MAX_BODY_BYTES || key === null || key === undefined) break;
    const { [field]: _, ...rest } = key;
    key = rest;
    omitted.push(field);
    body = JSON.stringify({ ...payload, data: { ...payload.data, key, omitted } });
  }
  return body;
}
