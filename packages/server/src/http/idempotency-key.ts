import type { IncomingMessage } from 'node:http';
import { IDEMPOTENCY_KEY_PATTERN, type Operation } from '@claviger/contract';
import { InvalidRequestError } from '@claviger/core';
import type { Route, RouteRequest } from './route.ts';

const POINTER = '/header/Idempotency-Key';

/** The header as it came; null where there is none. Throws `InvalidRequestError`, which does not quote it. */
export function readIdempotencyKey({ headersDistinct }: IncomingMessage): string | null {
  const [key, ...more] = headersDistinct['idempotency-key'] ?? [];
  if (key === undefined) return null;
  if (more.length > 0) throw fault('is given more than once');
  if (!IDEMPOTENCY_KEY_PATTERN.test(key)) {
    throw fault('must have 1 to 255 characters of printable ASCII; a random UUID will do');
  }
  return key;
}

const fault = (message: string) => new InvalidRequestError([{ pointer: POINTER, message }]);

/** Says of an answer that it is the first one again. */
export const REPLAYED = 'Idempotency-Replayed';

/** A key, and the body that came with it. */
export interface Repeatable {
  readonly key: string;
  /** As it was sent: a default that a later version changes must not make another request of it. */
  readonly body: unknown;
}

/** Does the operation once, and tells when it had been done before. Rejects as `Idempotency.run`. */
export async function handleOnce(
  { operation: { method, path }, handle }: Route,
  request: RouteRequest<Operation>,
  { key, body }: Repeatable,
  onReplay: () => void,
): Promise<unknown> {
  const { claviger, caller, params, query } = request;
  const asked = { method, path, params, query, body };
  const { answer, replayed } = await claviger.idempotency.run(
    { actor: caller.actor, key, asked },
    (once) => handle({ ...request, claviger: { ...claviger, once } }),
  );
  if (replayed) onReplay();
  return answer;
}
