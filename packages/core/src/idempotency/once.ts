import { RefusedError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Mutation, Work } from '../ports/committer.ts';
import type { IdempotentAnswer } from '../ports/idempotent-answers.ts';
import { isoTime } from '../times.ts';
import type { Peppers } from '../tokens/digest.ts';
import { namesOf, type IdempotentRequest, type RequestName } from './request-names.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

/** How long a repeat gets the first answer: what Stripe's users expect, and the contract promises. */
export const ANSWERS_KEPT_MS = 24 * 60 * 60 * 1_000;

/** How long its secret is kept for it: longer than any client goes on trying, and not much longer. */
export const SECRETS_KEPT_MS = 10 * 60 * 1_000;

/**
 * One request with an Idempotency-Key, in the context of the command that serves it: `commit` writes
 * the answer in the transaction that does the work, so that neither can be there without the other. A
 * repeat finds it there and does nothing.
 */
export class Once {
  readonly #peppers: Peppers;
  readonly #clock: Clock;
  readonly #request: IdempotentRequest;
  /** Of each step, whether it was found done. */
  readonly #replayed = new Map<string, boolean>();

  constructor(peppers: Peppers, clock: Clock, request: IdempotentRequest) {
    this.#peppers = peppers;
    this.#clock = clock;
    this.#request = request;
  }

  /** Whether all that was to be committed had been committed before. */
  get replayed(): boolean {
    return this.#replayed.size > 0 && [...this.#replayed.values()].every((done) => done);
  }

  wasReplayed(step: string): boolean {
    return this.#replayed.get(step) === true;
  }

  /**
   * The work, done at most once. A request with several commits names each by a step of its own, the
   * same at every repeat for the same work. The work throws `RefusedError` IDEMPOTENCY_KEY_REUSED,
   * IDEMPOTENCY_IN_PROGRESS, SECRET_NO_LONGER_AVAILABLE.
   */
  around<Result extends object>(work: Work<Result>, step: string): Work<Result> {
    if (this.#replayed.has(step)) throw new Error(`the step "${step}" was committed already`);
    this.#replayed.set(step, false);
    const names = namesOf(this.#peppers, this.#request, step);
    return async (tx) => {
      const nowMs = this.#clock.now();
      const ids = names.map(({ id }) => id);
      const found = await tx.findAnswer(ids, nowMs - ANSWERS_KEPT_MS);
      // Set anew each time: a work may be run again.
      this.#replayed.set(step, found !== null);
      if (found !== null) return { result: replay<Result>(names, found, nowMs), ...NOTHING_NEW };
      const mutation = await work(tx);
      const answer = answerOf(newest(names), mutation, nowMs);
      // Another server was faster. What was written here is undone, and a repeat finds its answer.
      if (!(await tx.insertAnswer(answer, nowMs - ANSWERS_KEPT_MS))) throw inProgress();
      return mutation;
    };
  }
}

const NOTHING_NEW = { events: [], changes: [] } as const;

const newest = (names: readonly RequestName[]): RequestName => names[0] as RequestName;

/** By the contract's convention, what is shown once is the member `secret` of an answer. */
interface MaybeSecret {
  readonly secret?: string | null;
  readonly key?: { readonly id: string };
  readonly webhook?: { readonly id: string };
}

function answerOf(
  { id, fingerprint, sealingKey }: RequestName,
  { result }: Mutation<object>,
  nowMs: number,
): IdempotentAnswer {
  const { secret } = result as MaybeSecret;
  const isSecret = typeof secret === 'string';
  return {
    id,
    fingerprint,
    answer: JSON.stringify(isSecret ? { ...result, secret: null } : result),
    secret: isSecret ? sealSecret(secret, sealingKey, id) : null,
    createdAt: nowMs,
  };
}

function replay<Result>(
  names: readonly RequestName[],
  found: IdempotentAnswer,
  nowMs: number,
): Result {
  const name = names.find(({ id }) => id === found.id);
  if (name?.fingerprint !== found.fingerprint) throw reused();
  const answer = JSON.parse(found.answer) as MaybeSecret;
  if (answer.secret !== null) return answer as Result;
  const isKept = nowMs < found.createdAt + SECRETS_KEPT_MS;
  if (!isKept || found.secret === null) throw secretGone(answer, found.createdAt);
  return { ...answer, secret: openSecret(found.secret, name.sealingKey, found.id) } as Result;
}

export function reused(): RefusedError {
  return new RefusedError(
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was sent before with another request. Send the same request again, or a new key for a new one.',
  );
}

export function inProgress(): RefusedError {
  return new RefusedError(
    'IDEMPOTENCY_IN_PROGRESS',
    'The first request with this Idempotency-Key is still being worked on. Send it again in a moment for its answer.',
  );
}

function secretGone({ key, webhook }: MaybeSecret, createdAt: number): RefusedError {
  const remedy =
    webhook === undefined
      ? `regenerate the key ${key?.id ?? 'it made'}`
      : `rotate the secret of the webhook ${webhook.id}`;
  return new RefusedError(
    'SECRET_NO_LONGER_AVAILABLE',
    `This was done at ${isoTime(createdAt)}, and its secret was kept for ${SECRETS_KEPT_MS / 60_000} minutes. If nobody has it, ${remedy} under a new Idempotency-Key.`,
  );
}
