import { allows } from '../../scope.ts';
import {
  MAX_PROBES,
  MAX_ROWS_OF_KEY,
  type Evidence,
  type InsightStore,
  type ListProbesQuery,
  type Observations,
  type Probe,
  type Seen,
} from '../../ports/insight-store.ts';
import type { Tables } from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryInsightStore implements InsightStore {
  readonly #tables: Tables;
  readonly #queue: WorkQueue;
  #observedSince: number | null = null;

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  record({ permissions, networks, origins, probes }: Observations): Promise<void> {
    return this.#queue.run(async () => {
      const { keys, permissionUses, networkUses, originUses } = this.#tables;
      const isThere = ({ keyId }: { keyId: string }) => keys.has(keyId);
      for (const use of permissions.filter(isThere)) {
        const slot = slotOf(use.keyId, use.permission);
        const known = permissionUses.get(slot)?.lastUsedAt ?? use.lastUsedAt;
        permissionUses.set(slot, { ...use, lastUsedAt: Math.max(use.lastUsedAt, known) });
      }
      for (const use of networks.filter(isThere)) {
        const slot = slotOf(use.keyId, use.secretId, use.network);
        const known = networkUses.get(slot);
        const userAgent = use.userAgent ?? known?.userAgent ?? null;
        networkUses.set(slot, { ...use, ...together(use, known), userAgent });
      }
      for (const use of origins.filter(isThere)) {
        const slot = slotOf(use.keyId, use.origin);
        originUses.set(slot, { ...use, ...together(use, originUses.get(slot)) });
      }
      for (const probe of probes) this.#addProbe(probe);
      trim(permissionUses, MAX_ROWS_OF_KEY.permissions, (use) => -use.lastUsedAt);
      trim(networkUses, MAX_ROWS_OF_KEY.networks, (use) => use.firstSeenAt);
      trim(originUses, MAX_ROWS_OF_KEY.origins, (use) => use.firstSeenAt);
      this.#trimProbes();
    });
  }

  #addProbe(probe: Probe): void {
    const slot = slotOf(probe.apiId, probe.address, String(probe.hour));
    const known = this.#tables.probes.get(slot);
    this.#tables.probes.set(slot, {
      ...probe,
      count: probe.count + (known?.count ?? 0),
      lastSeenAt: Math.max(probe.lastSeenAt, known?.lastSeenAt ?? 0),
      hint: probe.hint ?? known?.hint ?? null,
    });
  }

  #trimProbes(): void {
    const { probes } = this.#tables;
    const excess = probes.size - MAX_PROBES;
    if (excess <= 0) return;
    const least = [...probes].toSorted(([, a], [, b]) => a.hour - b.hour || a.count - b.count);
    for (const [slot] of least.slice(0, excess)) probes.delete(slot);
  }

  async evidenceOf(keyIds: readonly string[]): Promise<Evidence> {
    const { keys, permissionUses, networkUses, originUses } = this.#tables;
    const ids = new Set(keyIds);
    const meant = ({ keyId }: { readonly keyId: string }) => ids.has(keyId);
    const replaced = [...keys.values()].flatMap(({ replacesKeyId, state }) =>
      replacesKeyId !== null && ids.has(replacesKeyId) && state !== 'revoked'
        ? [replacesKeyId]
        : [],
    );
    return {
      permissions: [...permissionUses.values()].filter(meant),
      networks: [...networkUses.values()].filter(meant),
      origins: [...originUses.values()].filter(meant),
      replaced: [...new Set(replaced)],
    };
  }

  async listProbes({ apiIds, since, minCount, limit }: ListProbesQuery): Promise<Probe[]> {
    return [...this.#tables.probes.values()]
      .filter(({ hour, count }) => hour >= since && count >= minCount)
      .filter(({ apiId }) => allows(apiIds, apiId))
      .toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1))
      .slice(0, limit);
  }

  async observedSince(): Promise<number | null> {
    return this.#observedSince;
  }

  async setObservedSince(ms: number | null): Promise<void> {
    this.#observedSince = ms;
  }

  deleteOld(before: { keys: number; probes: number }, limit: number): Promise<number> {
    const { permissionUses, networkUses, originUses, probes } = this.#tables;
    return this.#queue.run(
      async () =>
        deleteBefore(permissionUses, ({ lastUsedAt }) => lastUsedAt, before.keys, limit) +
        deleteBefore(networkUses, ({ lastSeenAt }) => lastSeenAt, before.keys, limit) +
        deleteBefore(originUses, ({ lastSeenAt }) => lastSeenAt, before.keys, limit) +
        deleteBefore(probes, ({ hour }) => hour, before.probes, limit),
    );
  }
}

const slotOf = (...parts: readonly string[]): string => JSON.stringify(parts);

function together(use: Seen, known: Seen = { ...use, count: 0 }): Seen {
  return {
    firstSeenAt: Math.min(use.firstSeenAt, known.firstSeenAt),
    lastSeenAt: Math.max(use.lastSeenAt, known.lastSeenAt),
    count: use.count + known.count,
  };
}

/** The first rows of each key stay, in the order of the number and then of what names them. */
function trim<Row extends { readonly keyId: string }>(
  rows: Map<string, Row>,
  max: number,
  orderOf: (row: Row) => number,
): void {
  for (const ofKey of Map.groupBy(rows, ([, { keyId }]) => keyId).values()) {
    const inOrder = ofKey.toSorted(
      ([slotA, a], [slotB, b]) => orderOf(a) - orderOf(b) || (slotA < slotB ? -1 : 1),
    );
    for (const [slot] of inOrder.slice(max)) rows.delete(slot);
  }
}

function deleteBefore<Row>(
  rows: Map<string, Row>,
  timeOf: (row: Row) => number,
  beforeMs: number,
  limit: number,
): number {
  const old = [...rows]
    .filter(([, row]) => timeOf(row) < beforeMs)
    .toSorted(([, a], [, b]) => timeOf(a) - timeOf(b))
    .slice(0, limit);
  for (const [slot] of old) rows.delete(slot);
  return old.length;
}
