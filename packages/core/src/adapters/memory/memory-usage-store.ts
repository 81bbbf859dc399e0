import type {
  LastUse,
  Redigest,
  SumUsage,
  UsageBatch,
  UsageCount,
  UsageFilter,
  UsageStore,
  UsageSum,
} from '../../ports/usage-store.ts';
import { allows } from '../../scope.ts';
import {
  applyStaged,
  stage,
  type Rows,
  type StagedRows,
  type StagedTables,
  type Tables,
} from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryUsageStore implements UsageStore {
  readonly #tables: Tables;
  /** Shared with the committer: both write secrets. */
  readonly #queue: WorkQueue;

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  record({ counts, keys, secrets, redigests }: UsageBatch): Promise<void> {
    return this.#queue.run(async () => {
      const staged = stage(this.#tables);
      for (const count of counts) add(staged.counts, count);
      for (const use of keys) moveForward(staged.keyUses, staged.keys, use);
      for (const use of secrets) moveForward(staged.secretUses, staged.secrets, use);
      for (const redigest of redigests) replaceDigest(staged, redigest);
      applyStaged(staged);
    });
  }

  async sums({ filter, from, to, by, limit }: SumUsage): Promise<UsageSum[]> {
    const counts = await this.countsSince(from);
    const matching = counts.filter((count) => count.hour < to && matches(filter, count));
    const groups = Map.groupBy(matching, (count) => JSON.stringify(by.map((name) => count[name])));
    const sums = [...groups.values()].map((group) => ({
      ...Object.fromEntries(by.map((name) => [name, group[0]?.[name]])),
      count: group.reduce((sum, { count }) => sum + count, 0),
    }));
    return sums.filter(({ count }) => count > 0).slice(0, limit);
  }

  async countOfKeys(ids: readonly string[], fromMs: number): Promise<number> {
    const counts = await this.countsSince(fromMs);
    return counts
      .filter(({ keyId }) => ids.includes(keyId))
      .reduce((sum, { count }) => sum + count, 0);
  }

  async countsSince(fromMs: number): Promise<UsageCount[]> {
    return [...this.#tables.counts.values()].filter(({ hour }) => hour >= fromMs);
  }
}

function matches(filter: UsageFilter, count: UsageCount): boolean {
  return (
    allows(filter.apiIds, count.apiId) &&
    allows(filter.organizationIds, count.organizationId) &&
    allows(filter.environments, count.environment) &&
    (filter.keyId === null || count.keyId === filter.keyId) &&
    (filter.code === null || count.code === filter.code)
  );
}

function add(counts: StagedRows<UsageCount>, added: UsageCount): void {
  const { hour, keyId, apiId, organizationId, environment, code } = added;
  const slot = JSON.stringify([hour, keyId, apiId, organizationId, environment, code]);
  counts.set(slot, { ...added, count: added.count + (counts.get(slot)?.count ?? 0) });
}

/** What was deleted since it was used has no last use to keep. */
function moveForward(uses: StagedRows<number>, owners: Rows<unknown>, { id, at }: LastUse): void {
  if (owners.get(id) === undefined) return;
  if (at > (uses.get(id) ?? Number.NEGATIVE_INFINITY)) uses.set(id, at);
}

function replaceDigest({ secrets, secretIdsByDigest }: StagedTables, redigest: Redigest): void {
  const { secretId, from, to, pepperVersion } = redigest;
  const secret = secrets.get(secretId);
  if (secret === undefined || !secret.digest.equals(from)) return;
  const holder = secretIdsByDigest.get(to.toString('hex'));
  if (holder !== undefined && holder !== secretId) throw new Error('this digest is taken');
  secretIdsByDigest.delete(from.toString('hex'));
  secretIdsByDigest.set(to.toString('hex'), secretId);
  secrets.set(secretId, { ...secret, digest: Buffer.from(to), pepperVersion });
}
