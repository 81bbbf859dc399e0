/**
 * The entries of one chunk, by column: what repeats is said once and pointed to. Entries stand in the order
 * in which they were recorded; each column but the dictionaries has a value for each.
 */
export interface LogColumns {
  /** Milliseconds since 1970; never less than the one before. */
  readonly at: ArrayLike<number>;
  /** Into `subjects`. */
  readonly subject: ArrayLike<number>;
  /** Into `codes`. */
  readonly code: ArrayLike<number>;
  /** Into `permissionSets`: what was asked for. */
  readonly permissions: ArrayLike<number>;
  /** Into `texts`; -1: none. So are the next four. */
  readonly origin: ArrayLike<number>;
  readonly ip: ArrayLike<number>;
  readonly userAgent: ArrayLike<number>;
  readonly method: ArrayLike<number>;
  readonly path: ArrayLike<number>;
  readonly requestId: readonly (string | null)[];
  /** How long the verification took, microseconds; 0: not measured. */
  readonly durationUs: ArrayLike<number>;
  readonly subjects: readonly LogSubject[];
  readonly codes: readonly string[];
  readonly permissionSets: readonly (readonly string[])[];
  readonly texts: readonly string[];
}

/** Whom an entry is about. An unknown token has an API, the one it was asked for, and at most a hint. */
export interface LogSubject {
  readonly keyId: string | null;
  /** Null also where a public key was presented. */
  readonly secretId: string | null;
  readonly organizationId: string | null;
  readonly apiId: string;
  /** Of an unknown token, the one it was asked for; null where none was. */
  readonly environment: string | null;
  readonly hint: string | null;
}
