import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import {
  verificationCodes,
  verificationStatuses,
  type RefusalCode,
  type VerificationCode,
} from '@claviger/contract';
import type { Clock } from '../ports/clock.ts';
import type { FoundSecret } from '../ports/key-store.ts';
import type {
  LastUse,
  Redigest,
  UsageBatch,
  UsageCount,
  UsageStore,
} from '../ports/usage-store.ts';
import type { Peppers } from '../tokens/digest.ts';
import { codeIndex } from '../verification/code-index.ts';
import type { PendingUses, SecretEntry } from '../verification/entries.ts';
import { HOUR_MS, startOfHour } from '../times.ts';
import { restAfter } from '../rest-after.ts';

/** Rows of one kind written in one transaction: on SQLite, verifications wait that long. */
const BATCH = 100;

/** Whoever reads the counts waits this long at most for those of the last moments to be written. */
const MAX_READERS_WAIT_MS = 2_000;

/** More than this many waiting entries are looked through for those about the same secret. */
const MERGE_AT = 100_000;

/** Secrets under an old pepper that wait to be stored anew. Those beyond wait for their next use. */
const MAX_REDIGESTS = 10_000;

type Counted<T extends { count: number }> = Omit<T, 'count'> & { count: number };
type Backlog = { readonly [Part in keyof UsageBatch]: UsageBatch[Part][number][] };

const VALID = codeIndex.VALID;

/**
 * Counts verifications and remembers last uses until they are written in batches. Recording never
 * waits. What has not been flushed when the process dies is lost: at most one flush interval.
 */
export class UsageRecorder {
  readonly #store: UsageStore;
  readonly #peppers: Peppers;
  readonly #clock: Clock;
  /** Each is also found at its secret, except those of an hour that ended. */
  #pending: PendingUses[] = [];
  #mergeAt = MERGE_AT;
  /** NOT_FOUND by hour and API. */
  #unknown = new Map<string, Counted<UsageCount>>();
  #redigests = new Map<string, Redigest>();
  /** Drained and not yet written. */
  #backlog: Backlog = { counts: [], keys: [], secrets: [], redigests: [] };
  #flushing: Promise<void> | null = null;
  #gentle = false;
  /** Not begun yet: waits for the one that is under way. */
  #next: Promise<void> | null = null;
  /** By position in `verificationCodes`. */
  readonly #totals: number[] = verificationCodes.map(() => 0);

  constructor(store: UsageStore, peppers: Peppers, clock: Clock) {
    this.#clock = clock;
    this.#store = store;
    this.#peppers = peppers;
  }

  /** Decisions with this code since the start, for the metrics. */
  total(code: VerificationCode): number {
    return this.#totals[codeIndex[code]] as number;
  }

  /** Entries that wait to be written. */
  get depth(): number {
    const { counts, keys, secrets, redigests } = this.#backlog;
    const waiting = counts.length + keys.length + secrets.length + redigests.length;
    return waiting + this.#pending.length + this.#unknown.size + this.#redigests.size;
  }

  /** One decision. `apiId`: the API it was asked for, which is all that is known of an unknown token. */
  record(secret: SecretEntry | null, code: VerificationCode, apiId: string, nowMs: number): void {
    const index = code === 'VALID' ? VALID : codeIndex[code];
    this.#totals[index] = (this.#totals[index] as number) + 1;
    // NOT_FOUND about a key that exists elsewhere is nothing that key's owner did.
    if (secret === null || code === 'NOT_FOUND') return this.#countUnknown(apiId, nowMs);
    const known = secret.uses;
    const current = known !== null && nowMs >= known.hour && nowMs - known.hour < HOUR_MS;
    const uses = current ? known : this.#begin(secret, nowMs);
    if (index === VALID) uses.valid++;
    else countRefusal(uses, index);
    if (isUse(secret, index) && nowMs > uses.lastUsedAt) uses.lastUsedAt = nowMs;
  }

  #begin(secret: SecretEntry, nowMs: number): PendingUses {
    if (this.#pending.length >= this.#mergeAt) this.#merge();
    const uses = { secret, hour: startOfHour(nowMs), lastUsedAt: 0, valid: 0, refused: null };
    secret.uses = uses;
    this.#pending.push(uses);
    return uses;
  }

  /**
   * A secret that leaves memory and comes back begins anew. While nothing can be written, those that are
   * about the same are put together, so that they grow with the number of secrets only.
   */
  #merge(): void {
    const merged = new Map<string, PendingUses>();
    for (const uses of this.#pending) {
      const slot = `${uses.hour} ${uses.secret.id}`;
      const earlier = merged.get(slot);
      if (earlier !== undefined) {
        addUses(uses, earlier);
        release(earlier);
      }
      merged.set(slot, uses);
    }
    this.#pending = [...merged.values()];
    this.#mergeAt = Math.max(MERGE_AT, 2 * this.#pending.length);
  }

  /** The secret was found under an old pepper: store its digest anew under the newest. */
  redigest({ secret }: FoundSecret, tokenHash: string): void {
    if (this.#redigests.size >= MAX_REDIGESTS) return;
    const { digest, pepperVersion } = this.#peppers.digest(tokenHash);
    this.#redigests.set(secret.id, {
      secretId: secret.id,
      from: secret.digest,
      to: digest,
      pepperVersion,
    });
  }

  /**
   * Writes everything recorded before the call. Rejects with `StorageError` when the database is away;
   * what was not written is kept and goes first with the next flush.
   */
  flush(): Promise<void> {
    this.#gentle = false;
    return this.#flush();
  }

  /**
   * As `flush`, in the background: beside it, verifications get most of the time, however many keys were
   * used. While one is under way there is no other. A `flush` that comes meanwhile makes it hurry.
   */
  flushGently(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    this.#gentle = true;
    return this.#flush();
  }

  /**
   * For whoever reads what was recorded: resolves when all that was recorded before the call is written.
   * Gentle, and shared by all who ask while it waits to begin, so that reading costs the verifications
   * no more than the flush in the background does. A database that takes longer than
   * `MAX_READERS_WAIT_MS` is not waited for: then the counts lag behind.
   */
  flushForReaders(): Promise<void> {
    const flush = this.#flushing === null ? this.flushGently() : this.#flushNext();
    // It goes on; whoever waits for it then learns of its failure.
    flush.catch(() => undefined);
    return Promise.race([flush, delay(MAX_READERS_WAIT_MS, undefined, { ref: false })]);
  }

  #flushNext(): Promise<void> {
    const underWay = this.#flushing ?? Promise.resolve();
    this.#next ??= underWay
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.flushGently();
      });
    return this.#next;
  }

  #flush(): Promise<void> {
    // One that is under way has drained already; whoever calls now wants what came since as well.
    const after = this.#flushing?.catch(() => undefined) ?? Promise.resolve();
    const flushing = after
      .then(() => this.#writeAll())
      .finally(() => {
        if (this.#flushing === flushing) this.#flushing = null;
      });
    this.#flushing = flushing;
    return flushing;
  }

  async #writeAll(): Promise<void> {
    // While the backlog of an outage waits, new entries go on merging in `#pending`: memory stays bounded.
    await this.#writeBacklog();
    this.#drain();
    await this.#writeBacklog();
  }

  async #writeBacklog(): Promise<void> {
    const { counts, keys, secrets, redigests } = this.#backlog;
    while (counts.length + keys.length + secrets.length + redigests.length > 0) {
      const begunMs = this.#clock.monotonic();
      await this.#store.record({
        counts: counts.slice(-BATCH),
        keys: keys.slice(-BATCH),
        secrets: secrets.slice(-BATCH),
        redigests: redigests.slice(-BATCH),
      });
      for (const written of [counts, keys, secrets, redigests]) {
        written.length = Math.max(0, written.length - BATCH);
      }
      // SQLite answers within the turn: let those in who wait for one.
      await setImmediate();
      const tookMs = this.#clock.monotonic() - begunMs;
      if (this.#gentle) await restAfter(tookMs);
    }
  }

  #drain(): void {
    const pendings = this.#pending;
    pendings.forEach(release);
    this.#backlog = {
      counts: [...pendings.flatMap(countsOf), ...this.#unknown.values()],
      keys: lastUses(pendings, ({ secret }) => secret.key.id),
      secrets: lastUses(pendings, ({ secret }) => secret.id),
      redigests: [...this.#redigests.values()],
    };
    this.#pending = [];
    this.#mergeAt = MERGE_AT;
    this.#unknown = new Map();
    this.#redigests = new Map();
  }

  #countUnknown(apiId: string, nowMs: number): void {
    const hour = startOfHour(nowMs);
    const slot = `${hour} ${apiId}`;
    const known = this.#unknown.get(slot);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const nobody = { keyId: '', organizationId: '', environment: '' };
    this.#unknown.set(slot, { hour, apiId, ...nobody, code: 'NOT_FOUND', count: 1 });
  }
}

/**
 * A credential that was refused as such (401) was tried, not used; and a public half, which anyone can
 * read, is used only when it is let in.
 */
function isUse({ type }: SecretEntry, index: number): boolean {
  return type === 'secret' ? letIn[index] === true : index === VALID;
}

/** By position in `verificationCodes`: whether the credential as such was accepted. */
const letIn = verificationCodes.map((code) => verificationStatuses[code] !== 401);

function countRefusal(uses: PendingUses, index: number, count = 1): void {
  uses.refused ??= verificationCodes.map(() => 0);
  uses.refused[index] = (uses.refused[index] as number) + count;
}

/** Its secret begins anew with the next decision. */
function release(uses: PendingUses): void {
  if (uses.secret.uses === uses) uses.secret.uses = null;
}

function addUses(uses: PendingUses, earlier: PendingUses): void {
  uses.valid += earlier.valid;
  uses.lastUsedAt = Math.max(uses.lastUsedAt, earlier.lastUsedAt);
  for (const [index, count] of earlier.refused?.entries() ?? []) countRefusal(uses, index, count);
}

function countsOf({ secret: { key }, hour, valid, refused }: PendingUses): UsageCount[] {
  const { id: keyId, claim, api, organization } = key;
  const { environment } = claim;
  const place = { hour, keyId, apiId: api.id, organizationId: organization.id, environment };
  const counts: UsageCount[] = valid === 0 ? [] : [{ ...place, code: 'VALID', count: valid }];
  for (const [index, count] of refused?.entries() ?? []) {
    if (count > 0) counts.push({ ...place, code: verificationCodes[index] as RefusalCode, count });
  }
  return counts;
}

/** The newest use of each id. */
function lastUses(
  pendings: readonly PendingUses[],
  idOf: (pending: PendingUses) => string,
): LastUse[] {
  const newest = new Map<string, number>();
  for (const pending of pendings) {
    const id = idOf(pending);
    if (pending.lastUsedAt > (newest.get(id) ?? 0)) newest.set(id, pending.lastUsedAt);
  }
  return [...newest].map(([id, at]) => ({ id, at }));
}
