import type { Restriction } from './key-store.ts';

/**
 * What request logs say about keys, summed up: small rows that are there long after the entries are gone.
 * Times are milliseconds since 1970. Every method rejects with `StorageError`.
 */
export interface InsightStore {
  /**
   * Adds to what is there: first times move back, last times forward, counts add up. All or nothing; the
   * caller keeps the batch and tries again. Rows of keys that are gone are dropped, and so are those beyond
   * `MAX_ROWS_OF_KEY` and `MAX_PROBES`.
   */
  record(batch: Observations): Promise<void>;
  /** What is known of these keys, in no order. At most 100. */
  evidenceOf(keyIds: readonly string[]): Promise<Evidence>;
  /** Hours with at least `minCount` unknown tokens from one address, the most first, at most `limit`. */
  listProbes(query: ListProbesQuery): Promise<Probe[]>;
  /** Since when everything was observed; null: it is not. */
  observedSince(): Promise<number | null>;
  setObservedSince(ms: number | null): Promise<void>;
  /** Deletes what was last seen before: of keys, of addresses. At most `limit` of each kind; tells how many. */
  deleteOld(
    before: { readonly keys: number; readonly probes: number },
    limit: number,
  ): Promise<number>;
}

/** Of one key. The first ones stay: what is new after them is not known to be new. */
export const MAX_ROWS_OF_KEY = { permissions: 512, networks: 256, origins: 64 } as const;

/** Hours of addresses. Those with the least to say go. */
export const MAX_PROBES = 50_000;

export interface Observations {
  readonly permissions: readonly PermissionUse[];
  readonly networks: readonly NetworkUse[];
  readonly origins: readonly OriginUse[];
  readonly probes: readonly Probe[];
}

export interface Evidence extends Omit<Observations, 'probes'> {
  /** Those of the keys that another key, which is not revoked, was created to replace. */
  readonly replaced: readonly string[];
}

/** A permission that was asked for when the key was let in; '': none was. */
export interface PermissionUse {
  readonly keyId: string;
  readonly permission: string;
  readonly lastUsedAt: number;
}

export interface Seen {
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly count: number;
}

/** A network that a secret was used from. */
export interface NetworkUse extends Seen {
  readonly keyId: string;
  readonly secretId: string;
  readonly network: string;
  /** The last one. */
  readonly userAgent: string | null;
}

/** A web page that sent a secret. */
export interface OriginUse extends Seen {
  readonly keyId: string;
  readonly origin: string;
}

/** Unknown tokens from one address within one hour. */
export interface Probe {
  readonly apiId: string;
  readonly address: string;
  /** The beginning of the hour. */
  readonly hour: number;
  readonly count: number;
  readonly lastSeenAt: number;
  /** Of the last token. */
  readonly hint: string | null;
}

export interface ListProbesQuery {
  readonly apiIds: Restriction;
  readonly since: number;
  readonly minCount: number;
  readonly limit: number;
}
