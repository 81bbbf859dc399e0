/** Keeps what a process counted under rate limits across its restarts. Rejects with `StorageError`. */
export interface RateLimitStates {
  /** What was saved last, as JSON; null when nothing was. */
  load(): Promise<string | null>;
  save(state: string): Promise<void>;
}
