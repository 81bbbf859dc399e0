import type { Clock } from '../ports/clock.ts';
import type { IdempotentAnswers } from '../ports/idempotent-answers.ts';
import type { Peppers } from '../tokens/digest.ts';
import { ANSWERS_KEPT_MS, inProgress, Once, reused, SECRETS_KEPT_MS } from './once.ts';
import { namesOf, type IdempotentRequest } from './request-names.ts';
import { forgetInBatches } from '../forget-in-batches.ts';

/** In one run. At one run a minute, more than twice as many as can be created. */
const MAX_BATCHES = 400;

/** Requests that are done once, however often they are sent with the same Idempotency-Key. */
export class Idempotency {
  readonly #answers: IdempotentAnswers;
  readonly #peppers: Peppers;
  readonly #clock: Clock;
  /**
   * Fingerprints of those that run in this process, by id. Several servers on one database will each
   * have their own: what two of them do at once is decided by the id of the answer, which is unique.
   */
  readonly #running = new Map<string, string>();

  constructor(answers: IdempotentAnswers, peppers: Peppers, clock: Clock) {
    this.#answers = answers;
    this.#peppers = peppers;
    this.#clock = clock;
  }

  /**
   * Runs a command, to be given `once` in its context. What it refuses is not remembered and may be
   * tried again. Rejects with `RefusedError`: IDEMPOTENCY_KEY_REUSED for a key that came with another
   * request, IDEMPOTENCY_IN_PROGRESS while the first runs, SECRET_NO_LONGER_AVAILABLE.
   */
  async run<Answer>(
    request: IdempotentRequest,
    command: (once: Once) => Promise<Answer>,
  ): Promise<{ answer: Answer; replayed: boolean }> {
    const [name] = namesOf(this.#peppers, request, '');
    if (name === undefined) throw new Error('there is no pepper');
    const { id, fingerprint } = name;
    const running = this.#running.get(id);
    if (running !== undefined) throw running === fingerprint ? inProgress() : reused();
    this.#running.set(id, fingerprint);
    try {
      const once = new Once(this.#peppers, this.#clock, request);
      const answer = await command(once);
      return { answer, replayed: once.replayed };
    } finally {
      this.#running.delete(id);
    }
  }

  /** Erases secrets and deletes answers whose time is over; reading looks at the clock as well. */
  async forgetOld(): Promise<void> {
    const nowMs = this.#clock.now();
    await forgetInBatches(
      (limit) => this.#answers.eraseSecrets(nowMs - SECRETS_KEPT_MS, limit),
      MAX_BATCHES,
    );
    await forgetInBatches(
      (limit) => this.#answers.deleteOld(nowMs - ANSWERS_KEPT_MS, limit),
      MAX_BATCHES,
    );
  }
}
