import type { UsageDimension, VerificationCode } from '@claviger/contract';
import type { Restriction } from './key-store.ts';

/** Verifications of one kind within one hour. `keyId` and what follows from it are empty where no key was found. */
export interface UsageCount {
  /** The start of the hour, milliseconds since 1970. */
  readonly hour: number;
  readonly keyId: string;
  readonly apiId: string;
  readonly organizationId: string;
  readonly environment: string;
  readonly code: VerificationCode;
  readonly count: number;
}

export interface LastUse {
  readonly id: string;
  readonly at: number;
}

/** A digest to be stored anew under the newest pepper, if it is still the one that was found. */
export interface Redigest {
  readonly secretId: string;
  readonly from: Buffer;
  readonly to: Buffer;
  readonly pepperVersion: number;
}

export interface UsageBatch {
  readonly counts: readonly UsageCount[];
  readonly keys: readonly LastUse[];
  readonly secrets: readonly LastUse[];
  readonly redigests: readonly Redigest[];
}

export interface UsageStore {
  /**
   * Adds the counts, moves last uses forward (never back) and stores the new digests, all or nothing.
   * Rejects with `StorageError`; the caller keeps the batch and tries again.
   */
  record(batch: UsageBatch): Promise<void>;
  /** Sums the counts that match, by what is asked for: at most `limit` sums, in no order. Those that are 0 are left out. */
  sums(query: SumUsage): Promise<UsageSum[]>;
  /** Verifications of these keys in the hours from `fromMs` on. */
  countOfKeys(ids: readonly string[], fromMs: number): Promise<number>;
  /** All counts from `fromMs` on, for the caller to sum. */
  countsSince(fromMs: number): Promise<UsageCount[]>;
}

export interface UsageFilter {
  readonly apiIds: Restriction;
  readonly organizationIds: Restriction;
  readonly environments: Restriction;
  readonly keyId: string | null;
  readonly code: VerificationCode | null;
}

export interface SumUsage {
  readonly filter: UsageFilter;
  /** Hours that begin in this span: `from` inclusive, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly by: readonly (UsageDimension | 'hour')[];
  readonly limit: number;
}

/** What it was summed by, and nothing else, has a value. */
export type UsageSum = Partial<Omit<UsageCount, 'count'>> & Pick<UsageCount, 'count'>;
