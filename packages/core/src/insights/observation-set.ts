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

type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] };
type Slots<Row> = Map<string, Mutable<Row>>;

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
    const slot = `${use.keyId} ${use.permission}`;
    const known = this.#permissions.get(slot);
    if (known !== undefined) known.lastUsedAt = Math.max(known.lastUsedAt, use.lastUsedAt);
    else if (!begin(this.#permissions, slot, use)) this.#isComplete = false;
  }

  addNetwork(use: NetworkUse): void {
    const slot = `${use.secretId} ${use.network}`;
    const known = this.#networks.get(slot);
    if (known === undefined) return void begin(this.#networks, slot, use);
    addSeen(known, use);
    known.userAgent = use.userAgent ?? known.userAgent;
  }

  addOrigin(use: OriginUse): void {
    const slot = `${use.keyId} ${use.origin}`;
    const known = this.#origins.get(slot);
    if (known === undefined) begin(this.#origins, slot, use);
    else addSeen(known, use);
  }

  addProbe(probe: Probe): void {
    const slot = `${probe.apiId} ${probe.address} ${probe.hour}`;
    const known = this.#probes.get(slot);
    if (known === undefined) return void begin(this.#probes, slot, probe);
    known.count += probe.count;
    const isLater = probe.lastSeenAt >= known.lastSeenAt;
    known.hint = isLater ? (probe.hint ?? known.hint) : (known.hint ?? probe.hint);
    known.lastSeenAt = Math.max(known.lastSeenAt, probe.lastSeenAt);
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
function begin<Row extends object>(slots: Slots<Row>, slot: string, row: Row): boolean {
  if (slots.size >= MAX_WAITING) return false;
  slots.set(slot, { ...row });
  return true;
}

function addSeen(known: Mutable<Seen>, seen: Seen): void {
  known.firstSeenAt = Math.min(known.firstSeenAt, seen.firstSeenAt);
  known.lastSeenAt = Math.max(known.lastSeenAt, seen.lastSeenAt);
  known.count += seen.count;
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
