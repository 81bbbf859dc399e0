import type { VerificationCode } from '@claviger/contract';

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
  /** All counts from `fromMs` on, for the caller to sum. */
  countsSince(fromMs: number): Promise<UsageCount[]>;
}
