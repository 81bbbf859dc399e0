import type {
  NetworkUse,
  Observations,
  OriginUse,
  PermissionUse,
  Probe,
  Seen,
} from '../ports/insight-store.ts';

/** Different observations of each kind that wait at most, some 200 bytes each. */
const MAX_WAITING = 100_000;

type Slots<Row> = Map<string, Row>;

/** Observations that wait to be written, those about the same put together. Bounded. */
export class ObservationSet {
  readonly #permissions: Slots<PermissionUse> = new Map();
  readonly #networks: Slots<NetworkUse> = new Map();
  readonly #origins: Slots<OriginUse> = new Map();
  readonly #probes: Slots<Probe> = new Map();
  #isComplete = true;

  /** False: there was no room for the use of a permission. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get size(): number {
    return this.#permissions.size + this.#networks.size + this.#origins.size + this.#probes.size;
  }

  addPermission(use: PermissionUse): void {
    const added = add(this.#permissions, `${use.keyId} ${use.permission}`, use, (known) =>
      known.lastUsedAt >= use.lastUsedAt ? known : use,
    );
    if (!added) this.#isComplete = false;
  }

  addNetwork(use: NetworkUse): void {
    add(this.#networks, `${use.keyId} ${use.secretId} ${use.network}`, use, (known) => {
      const userAgent = use.userAgent ?? known.userAgent;
      return { ...use, ...together(use, known), userAgent };
    });
  }

  addOrigin(use: OriginUse): void {
    add(this.#origins, `${use.keyId} ${use.origin}`, use, (known) => {
      return { ...use, ...together(use, known) };
    });
  }

  addProbe(probe: Probe): void {
    add(this.#probes, `${probe.apiId} ${probe.address} ${probe.hour}`, probe, (known) => {
      const [earlier, later] =
        known.lastSeenAt > probe.lastSeenAt ? [probe, known] : [known, probe];
      return { ...later, count: known.count + probe.count, hint: later.hint ?? earlier.hint };
    });
  }

  /** Takes out some of each kind. */
  take(limit: number): Observations {
    return {
      permissions: taken(this.#permissions, limit),
      networks: taken(this.#networks, limit),
      origins: taken(this.#origins, limit),
      probes: taken(this.#probes, limit),
    };
  }

  /** Puts back what could not be written. */
  putBack({ permissions, networks, origins, probes }: Observations): void {
    for (const use of permissions) this.addPermission(use);
    for (const use of networks) this.addNetwork(use);
    for (const use of origins) this.addOrigin(use);
    for (const probe of probes) this.addProbe(probe);
  }
}

/** False: there was no room. */
function add<Row>(slots: Slots<Row>, slot: string, row: Row, merge: (known: Row) => Row): boolean {
  const known = slots.get(slot);
  if (known === undefined && slots.size >= MAX_WAITING) return false;
  slots.set(slot, known === undefined ? row : merge(known));
  return true;
}

function taken<Row>(slots: Slots<Row>, limit: number): Row[] {
  const rows: Row[] = [];
  for (const [slot, row] of slots) {
    if (rows.length >= limit) break;
    rows.push(row);
    slots.delete(slot);
  }
  return rows;
}

const together = (use: Seen, known: Seen): Seen => ({
  firstSeenAt: Math.min(use.firstSeenAt, known.firstSeenAt),
  lastSeenAt: Math.max(use.lastSeenAt, known.lastSeenAt),
  count: use.count + known.count,
});
