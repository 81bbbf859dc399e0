import { setImmediate } from 'node:timers/promises';
import { verificationCodes, type VerificationCode, verificationStatuses } from '@claviger/contract';
import type { FoundSecret } from '../ports/key-store.ts';
import type {
  LastUse,
  Redigest,
  UsageBatch,
  UsageCount,
  UsageStore,
} from '../ports/usage-store.ts';
import type { Peppers } from '../tokens/digest.ts';
import type { SecretEntry } from '../verification/entries.ts';

const HOUR_MS = 3_600_000;

/** Rows of one kind written in one transaction: on SQLite, verifications wait that long. */
const BATCH = 100;

/** Secrets under an old pepper that wait to be stored anew. Those beyond wait for their next use. */
const MAX_REDIGESTS = 10_000;

interface Pending {
  readonly secret: SecretEntry;
  readonly hour: number;
  lastUsedAt: number;
  /** By position in `verificationCodes`. */
  readonly counts: number[];
}

type Counted<T extends { count: number }> = Omit<T, 'count'> & { count: number };
type Backlog = { readonly [Part in keyof UsageBatch]: UsageBatch[Part][number][] };

const codeIndex = Object.fromEntries(
  verificationCodes.map((code, index) => [code, index]),
) as Record<VerificationCode, number>;

/**
 * Counts verifications and remembers last uses until they are written in batches. Recording never
 * waits. What has not been flushed when the process dies is lost: at most one flush interval.
 */
export class UsageRecorder {
  readonly #store: UsageStore;
  readonly #peppers: Peppers;
  /** By secret id; a new hour begins a new entry. */
  #pending = new Map<string, Pending>();
  /** Hours that ended before they were flushed. */
  #closed: Pending[] = [];
  /** NOT_FOUND by hour and API. */
  #unknown = new Map<string, Counted<UsageCount>>();
  #redigests = new Map<string, Redigest>();
  /** Drained and not yet written. */
  #backlog: Backlog = { counts: [], keys: [], secrets: [], redigests: [] };
  #flushing: Promise<void> | null = null;
  /** By position in `verificationCodes`. */
  readonly #totals: number[] = verificationCodes.map(() => 0);

  constructor(store: UsageStore, peppers: Peppers) {
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
    return (
      waiting + this.#pending.size + this.#closed.length + this.#unknown.size + this.#redigests.size
    );
  }

  /** One decision. `apiId`: the API it was asked for, which is all that is known of an unknown token. */
  record(secret: SecretEntry | null, code: VerificationCode, apiId: string, nowMs: number): void {
    const index = codeIndex[code];
    this.#totals[index] = (this.#totals[index] as number) + 1;
    // NOT_FOUND about a key that exists elsewhere is nothing that key's owner did.
    if (secret === null || code === 'NOT_FOUND') return this.#countUnknown(apiId, nowMs);
    let pending = this.#pending.get(secret.id);
    if (pending === undefined || nowMs - pending.hour >= HOUR_MS || nowMs < pending.hour) {
      if (pending !== undefined) this.#closed.push(pending);
      const counts = verificationCodes.map(() => 0);
      pending = { secret, hour: startOfHour(nowMs), lastUsedAt: 0, counts };
      this.#pending.set(secret.id, pending);
    }
    pending.counts[index] = (pending.counts[index] as number) + 1;
    if (isUse(secret, index) && nowMs > pending.lastUsedAt) pending.lastUsedAt = nowMs;
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
    }
  }

  #drain(): void {
    const pendings = [...this.#closed, ...this.#pending.values()];
    this.#backlog = {
      counts: [...pendings.flatMap(countsOf), ...this.#unknown.values()],
      keys: lastUses(pendings, ({ secret }) => secret.key.id),
      secrets: lastUses(pendings, ({ secret }) => secret.id),
      redigests: [...this.#redigests.values()],
    };
    this.#pending = new Map();
    this.#closed = [];
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
  return type === 'secret' ? letIn[index] === true : index === codeIndex.VALID;
}

/** By position in `verificationCodes`: whether the credential as such was accepted. */
const letIn = verificationCodes.map((code) => verificationStatuses[code] !== 401);

const startOfHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

function countsOf({ secret: { key }, hour, counts }: Pending): UsageCount[] {
  return verificationCodes.flatMap((code, index) => {
    const count = counts[index] ?? 0;
    if (count === 0) return [];
    const { id: keyId, environment } = key;
    const place = { keyId, apiId: key.api.id, organizationId: key.organization.id, environment };
    return [{ hour, ...place, code, count }];
  });
}

/** The newest use of each id. */
function lastUses(pendings: readonly Pending[], idOf: (pending: Pending) => string): LastUse[] {
  const newest = new Map<string, number>();
  for (const pending of pendings) {
    const id = idOf(pending);
    if (pending.lastUsedAt > (newest.get(id) ?? 0)) newest.set(id, pending.lastUsedAt);
  }
  return [...newest].map(([id, at]) => ({ id, at }));
}
