import { createHmac } from 'node:crypto';
import { MemoryRateLimiter, RateLimitedError, type Clock, type LimitAsk } from '@claviger/core';

/** Some 700,000 guesses a year at one account, from however many addresses: none at a password of 12 characters that is any good. */
const TRIES = 20;
/** And no longer does anybody wait whom a stranger has used them up for. */
const WINDOW_SECONDS = 15 * 60;

/**
 * Accounts are counted in so many places, whoever is asked for: memory is bounded, nothing is ever forgotten to
 * make room, and the answer is the same whether an e-mail is known or not. Two that share a place share
 * its tries; nobody can tell which do.
 */
const PLACES = 8_192;

/**
 * Wrong passwords by account, beside the limit by address. Known devices are counted apart, each by itself: whoever
 * guesses from elsewhere cannot keep somebody out of the browser they use.
 */
export class PasswordTries {
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #limiter = new MemoryRateLimiter();

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** Before the password is looked at. `device`: null for a stranger's. Throws `RateLimitedError`. Answers how to give it back. */
  take(email: string, device: string | null): () => void {
    const ask: LimitAsk = {
      name: 'password',
      counter: device === null ? 'strangers' : 'devices',
      owner: this.#placeOf(device === null ? email : `${device} ${email}`),
      limit: TRIES,
      windowSeconds: WINDOW_SECONDS,
      cost: 1,
    };
    const taken = this.#limiter.take([ask], Math.floor(this.#clock.monotonic()));
    if (taken.admitted) return () => this.#limiter.giveBack([ask], taken.atMs);
    const seconds = Math.ceil((taken.retryAfterMs ?? WINDOW_SECONDS * 1_000) / 1_000);
    throw new RateLimitedError(
      `Too many wrong passwords for this account. Try again in ${Math.ceil(seconds / 60)} minutes, use a passkey, or sign in where you did before.`,
      [],
      seconds,
    );
  }

  #placeOf(text: string): string {
    const digest = createHmac('sha256', this.#key).update(text).digest();
    return String(digest.readUInt32BE(0) % PLACES);
  }
}
