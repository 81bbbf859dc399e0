/**
 * The entries of one chunk, by column: what repeats is said once and pointed to. Entries stand in the order
 * in which they were recorded; each column but the dictionaries has a value for each.
 */
export interface LogColumns {
  /** Milliseconds since 1970. */
  readonly at: readonly number[];
  /** Into `subjects`. */
  readonly subject: readonly number[];
  /** Into `codes`. */
  readonly code: readonly number[];
  /** Into `permissionSets`: what was asked for. */
  readonly permissions: readonly number[];
  /** Into `texts`; -1: none. So are the next four. */
  readonly origin: readonly number[];
  readonly ip: readonly number[];
  readonly userAgent: readonly number[];
  readonly method: readonly number[];
  readonly path: readonly number[];
  readonly requestId: readonly (string | null)[];
  /** How long deciding took, microseconds. */
  readonly durationUs: readonly number[];
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
  readonly environment: string | null;
  readonly hint: string | null;
}
