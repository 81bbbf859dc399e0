import { BODY_LIMIT_BYTES } from '@claviger/contract';
import { RefusedError } from '@claviger/core';
import type { RequestContext } from '../app.ts';
import { assertJson, bodyTooLarge, parseJson } from './json-body.ts';

/** Stops reading, and buffering, at the limit. Throws `RefusedError` BODY_TOO_LARGE. */
export async function readBytes(
  body: AsyncIterable<Uint8Array> | [],
  limit: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > limit) throw bodyTooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    // The client went away in the middle: nobody reads this, and it is no fault of ours.
    throw new RefusedError('MALFORMED_JSON', 'The body ended before it was complete.');
  }
  return Buffer.concat(chunks);
}

/** A body of JSON for somebody else to check. Throws `RefusedError` for one that is none, or too large. */
export async function readJsonText(
  c: RequestContext,
): Promise<{ readonly text: string; readonly value: unknown }> {
  const bytes = await readBytes(c.req.raw.body ?? [], BODY_LIMIT_BYTES);
  if (bytes.length === 0) return { text: '{}', value: {} };
  assertJson(c.req.header('content-type'), false);
  return { text: bytes.toString(), value: parseJson(bytes) };
}
