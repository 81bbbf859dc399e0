import type { RateLimitState } from '@claviger/contract';
import type { LimitAsk, RateLimiter, TakeResult } from '../ports/rate-limiter.ts';
import { RateWindow } from './window.ts';

/** Two looked at for each one created: the idle ones are gone before as many again have been created. */
const SWEPT_PER_CREATED = 2;

/** The counters as JSON. Times are milliseconds before `savedAtMs`. */
export interface SavedLimits {
  readonly version: 1;
  readonly savedAtMs: number;
  readonly counters: readonly SavedCounter[];
}

/** Name, owner, window in milliseconds, and first, last and sum of each entry. */
export type SavedCounter = readonly [string, string, number, readonly number[]];

/**
 * Limits for one process. A counter exists from the first admitted cost until it is found empty, so an idle
 * key costs nothing. There is no maximum: only keys that exist get as far as their limits, so there are at
 * most as many counters as keys times limits; and at a maximum one could only forget a counter that still
 * counts, which admits too much, or refuse one customer for what others do.
 *
 * A clock that is set back stands still here until it has caught up. Pass one that does not.
 */
export class MemoryRateLimiter implements RateLimiter {
  /** By the limit's name, of which there are few, then by owner. */
  #counters = new Map<string, Map<string, RateWindow>>();
  #size = 0;
  #nowMs = 0;
  /** Stays where it stopped, and goes on with what is added meanwhile. */
  #sweep = this.#walk();

  /** Counters in memory, idle ones included that were not swept yet. */
  get size(): number {
    return this.#size;
  }

  take(asks: readonly LimitAsk[], nowMs: number): TakeResult {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
    const atMs = this.#nowMs;
    const waitMs = this.#find(asks, atMs);
    if (waitMs > 0) {
      const retryAfterMs = waitMs === Infinity ? null : waitMs;
      return { admitted: false, states: asks.map((ask) => stateOf(ask, atMs)), retryAfterMs, atMs };
    }
    const before = this.#size;
    const states = asks.map((ask) => this.#spend(ask, atMs));
    // Not before: a window found idle would be dropped with what is about to be counted in it.
    if (this.#size > before) this.#sweepSome(SWEPT_PER_CREATED * (this.#size - before));
    return { admitted: true, states, retryAfterMs: null, atMs };
  }

  giveBack(asks: readonly LimitAsk[], atMs: number): void {
    for (const ask of asks) this.#windowOf(ask)?.giveBack(ask.cost, atMs);
  }

  /** Everything that counts, to be stored as JSON. Drops what does not. */
  save(): SavedLimits {
    const counters: SavedCounter[] = [];
    for (const counter of this.#walk()) {
      if (this.#dropIdle(counter)) continue;
      const { name, owner, window } = counter;
      counters.push([name, owner, window.windowMs, window.save(this.#nowMs)]);
    }
    return { version: 1, savedAtMs: this.#nowMs, counters };
  }

  /**
   * Puts what `save` made in place of everything here. Where the clock has been set back since, what was
   * saved counts as having happened just now. Answers null, or why it cannot be used: then there
   * are no counters, and every limit begins unspent.
   */
  restore(saved: unknown, nowMs: number): string | null {
    this.#clear(nowMs);
    if (!isSavedLimits(saved)) return 'the saved rate limits are not in a form known here';
    const endMs = Math.min(nowMs, saved.savedAtMs);
    if (saved.counters.every((counter) => this.#restoreCounter(counter, endMs))) return null;
    this.#clear(nowMs);
    return 'a counter among the saved rate limits is damaged';
  }

  #clear(nowMs: number): void {
    for (const { window } of this.#walk()) window.keeper = null;
    this.#counters = new Map();
    this.#size = 0;
    this.#nowMs = nowMs;
    this.#sweep = this.#walk();
  }

  #restoreCounter(counter: unknown, endMs: number): boolean {
    if (!isSavedCounter(counter)) return false;
    const [name, owner, windowMs, entries] = counter;
    const window = RateWindow.restore(windowMs, entries, endMs);
    if (window === null || this.#get({ counter: name, owner }) !== undefined) return false;
    this.#put(name, owner, window);
    return true;
  }

  /** Finds the windows, and how long until all of them admit: 0 is now. */
  #find(asks: readonly LimitAsk[], nowMs: number): number {
    let longest = 0;
    for (const ask of asks) {
      const waitMs = waitOf(ask, this.#windowOf(ask), nowMs);
      if (waitMs > longest) longest = waitMs;
    }
    return longest;
  }

  #spend(ask: LimitAsk, nowMs: number): RateLimitState {
    if (ask.cost > 0) {
      ask.kept ??= this.#put(ask.counter, ask.owner, new RateWindow(ask.windowSeconds * 1_000));
      (ask.kept as RateWindow).add(ask.cost, ask.limit, nowMs);
    }
    return stateOf(ask, nowMs);
  }

  /** Where the ask has it from now on. */
  #windowOf(ask: LimitAsk): RateWindow | undefined {
    const kept = ask.kept as RateWindow | undefined;
    if (kept?.keeper === this) return kept;
    const window = this.#get(ask);
    ask.kept = window;
    return window;
  }

  #get({ counter, owner }: Pick<LimitAsk, 'counter' | 'owner'>): RateWindow | undefined {
    return this.#counters.get(counter)?.get(owner);
  }

  #put(name: string, owner: string, window: RateWindow): RateWindow {
    window.keeper = this;
    const known = this.#counters.get(name);
    if (known === undefined) this.#counters.set(name, new Map([[owner, window]]));
    else known.set(owner, window);
    this.#size++;
    return window;
  }

  #sweepSome(count: number): void {
    for (let n = 0; n < count; n++) {
      const { value } = this.#sweep.next();
      if (value !== undefined) this.#dropIdle(value);
      else this.#sweep = this.#walk();
    }
  }

  *#walk(): Generator<Counter, undefined> {
    for (const [name, owners] of this.#counters) {
      for (const [owner, window] of owners) yield { name, owner, window };
    }
    return undefined;
  }

  #dropIdle({ name, owner, window }: Counter): boolean {
    if (window.spent(this.#nowMs) > 0) return false;
    const owners = this.#counters.get(name);
    window.keeper = null;
    owners?.delete(owner);
    if (owners?.size === 0) this.#counters.delete(name);
    this.#size--;
    return true;
  }
}

interface Counter {
  readonly name: string;
  readonly owner: string;
  readonly window: RateWindow;
}

/** The window goes by what the limit is now. */
function waitOf(ask: LimitAsk, window: RateWindow | undefined, nowMs: number): number {
  if (window === undefined) return ask.cost > ask.limit ? Infinity : 0;
  window.windowMs = ask.windowSeconds * 1_000;
  return window.waitMs(ask.cost, ask.limit, nowMs);
}

function stateOf({ name, limit, windowSeconds, kept }: LimitAsk, nowMs: number): RateLimitState {
  const window = kept as RateWindow | undefined;
  if (window === undefined)
    return { name, limit, windowSeconds, remaining: limit, resetSeconds: 0 };
  const remaining = Math.max(0, limit - window.spent(nowMs));
  const resetSeconds = Math.ceil(window.resetMs(limit, nowMs) / 1_000);
  return { name, limit, windowSeconds, remaining, resetSeconds };
}

interface UncheckedLimits {
  readonly savedAtMs: number;
  readonly counters: readonly unknown[];
}

function isSavedLimits(saved: unknown): saved is UncheckedLimits {
  if (typeof saved !== 'object' || saved === null) return false;
  const { version, savedAtMs, counters } = saved as Record<keyof SavedLimits, unknown>;
  return version === 1 && Number.isFinite(savedAtMs) && Array.isArray(counters);
}

function isSavedCounter(counter: unknown): counter is SavedCounter {
  if (!Array.isArray(counter) || counter.length !== 4) return false;
  const [name, owner, windowMs, entries] = counter as unknown[];
  if (typeof name !== 'string' || typeof owner !== 'string') return false;
  if (!Number.isFinite(windowMs) || (windowMs as number) <= 0) return false;
  return Array.isArray(entries) && entries.every(Number.isFinite);
}
