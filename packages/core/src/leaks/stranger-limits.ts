import type { RateLimitState } from '@claviger/contract';
import ipaddr from 'ipaddr.js';
import { RateLimitedError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LimitAsk } from '../ports/rate-limiter.ts';
import { MemoryRateLimiter } from '../rate-limits/memory-rate-limiter.ts';

export interface StrangerLimitsOptions {
  readonly name: string;
  readonly perAddress: number;
  /** For all addresses together. So many addresses are remembered at most, twice over. */
  readonly overall: number;
}

export interface Admission {
  readonly limits: readonly RateLimitState[];
  /** It turned out not to be a stranger. */
  giveBack(): void;
}

const WINDOW_SECONDS = 60;

/**
 * What strangers may ask for in any minute. Only what is admitted is counted, so that the overall limit
 * bounds how many addresses there are to remember.
 */
export class StrangerLimits {
  readonly #options: StrangerLimitsOptions;
  readonly #clock: Clock;
  readonly #limiter = new MemoryRateLimiter();

  constructor(options: StrangerLimitsOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Throws `RateLimitedError`. */
  take(ip: string | null, cost: number): Admission {
    const { name, perAddress, overall } = this.#options;
    const common = { windowSeconds: WINDOW_SECONDS, cost };
    const asks: [LimitAsk, LimitAsk] = [
      { ...common, name, counter: 'address', owner: networkOf(ip), limit: perAddress },
      { ...common, name, counter: 'overall', owner: '', limit: overall },
    ];
    const taken = this.#limiter.take(asks, Math.floor(this.#clock.monotonic()));
    const limits = taken.states.slice(0, 1);
    if (!taken.admitted) {
      const seconds = Math.ceil((taken.retryAfterMs ?? WINDOW_SECONDS * 1_000) / 1_000);
      throw new RateLimitedError(
        `More comes from here, or from everywhere together, than is taken in a minute. Try again in ${seconds} seconds.`,
        limits,
        seconds,
      );
    }
    return { limits, giveBack: () => this.#limiter.giveBack(asks, taken.atMs) };
  }
}

/** An IPv6 customer has at least a /64 of addresses, and counts as one. */
function networkOf(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return address.parts.slice(0, 4).join(':');
}
