/** The first answer to a request with an Idempotency-Key, as it is stored. Times are milliseconds since 1970. */
export interface IdempotentAnswer {
  /** A keyed hash of who asked and of the key: neither can be read from it. */
  readonly id: string;
  /** A keyed hash of what was asked. */
  readonly fingerprint: string;
  /** JSON. A secret that was in it is null here. */
  readonly answer: string;
  /** That secret, encrypted; null: there was none, or it was erased. */
  readonly secret: string | null;
  readonly createdAt: number;
}

/** Forgets answers. They are written with what they answer, in the same transaction: see `Transaction`. */
export interface IdempotentAnswers {
  /** Deletes the oldest of those created up to a moment, at most `limit`, and tells how many. */
  deleteOld(createdUpTo: number, limit: number): Promise<number>;
  /** Erases the secrets of the oldest of those created up to a moment, at most `limit`, and tells how many. */
  eraseSecrets(createdUpTo: number, limit: number): Promise<number>;
}
