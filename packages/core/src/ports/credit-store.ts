/** Takes the credits of keys. Rejects with `StorageError`; nothing is taken then. */
export interface CreditStore {
  /**
   * Takes the cost if so much remains, after any refill that is due, atomically: of concurrent takes no
   * more succeed than there are credits for. Null when the key has none any more.
   */
  take(keyId: string, cost: number, nowMs: number): Promise<TakenCredits | null>;
}

export interface TakenCredits {
  readonly taken: boolean;
  /** Afterwards. */
  readonly remaining: number;
  /** When the next refill is due; null: never. */
  readonly refillsAt: number | null;
}
