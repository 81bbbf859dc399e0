import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Actor } from '../ports/records.ts';
import type { Peppers } from '../tokens/digest.ts';

/** A request that says by its Idempotency-Key which one it is. */
export interface IdempotentRequest {
  /** Whose: the same key of somebody else names another request. */
  readonly actor: Actor;
  /** The header, as it came. It is kept nowhere. */
  readonly key: string;
  /** All that was asked – operation, address and body – as JSON has it. */
  readonly asked: unknown;
}

/** What a request is called in the database, under one pepper. */
export interface RequestName {
  readonly id: string;
  readonly fingerprint: string;
  /** For the secret in its answer; whoever lacks the header or the pepper cannot make it. 32 bytes. */
  readonly sealingKey: Buffer;
}

/**
 * Under every pepper, newest first: a new answer goes under the first, an old one is found under its own.
 * `step` tells apart the commits of one request.
 */
export function namesOf(
  peppers: Peppers,
  { actor, key, asked }: IdempotentRequest,
  step: string,
): RequestName[] {
  const who = canonicalJson([actor.type, actor.id, key, step]);
  const what = createHash('sha256').update(canonicalJson(asked)).digest('hex');
  const sealingKeys = peppers.derive('claviger idempotent secret', key);
  return peppers.derive('claviger idempotent request').map((hashKey, index) => ({
    id: createHmac('sha256', hashKey).update(`who ${who}`).digest('hex'),
    fingerprint: createHmac('sha256', hashKey).update(`what ${what}`).digest('hex'),
    sealingKey: sealingKeys[index] as Buffer,
  }));
}
