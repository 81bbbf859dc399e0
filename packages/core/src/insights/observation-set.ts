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
  /** By permission, then by key: the busiest of them, and so no text is put together to find one. */
  readonly #permissions = new Map<string, Slots<PermissionUse>>();
  #uses = 0;
  readonly #networks: Slots<NetworkUse> = new Map();
  readonly #origins: Slots<OriginUse> = new Map();
  readonly #probes: Slots<Probe> = new Map();
  #isComplete = true;

  /** False: there was no room for the use of a permission. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get size(): number {
    return this.#uses + this.#networks.size + this.#origins.size + this.#probes.size;
  }

  addPermission(use: PermissionUse): void {
    const { keyId, permission, lastUsedAt } = use;
    const keys = this.#permissions.get(permission);
    const known = keys?.get(keyId);
    if (known !== undefined) known.lastUsedAt = Math.max(known.lastUsedAt, lastUsedAt);
    else if (this.#uses >= MAX_WAITING) this.#isComplete = false;
    else {
      this.#uses++;
      if (keys === undefined) this.#permissions.set(permission, new Map([[keyId, { ...use }]]));
      else keys.set(keyId, { ...use });
    }
  }

  addNetwork(use: NetworkUse): void {
    const slot = `${use.secretId} ${use.network}`;
    const known = this.#networks.get(slot);
    if (known === undefined) return begin(this.#networks, slot, use);
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
    if (known === undefined) return begin(this.#probes, slot, probe);
    known.count += probe.count;
    const isLater = probe.lastSeenAt >= known.lastSeenAt;
    known.hint = isLater ? (probe.hint ?? known.hint) : (known.hint ?? probe.hint);
    known.lastSeenAt = Math.max(known.lastSeenAt, probe.lastSeenAt);
  }

  /** Takes out some of each kind. */
  take(limit: number): Observations {
    return {
      permissions: this.#takePermissions(limit),
      networks: taken(this.#networks, limit),
      origins: taken(this.#origins, limit),
      probes: taken(this.#probes, limit),
    };
  }

  #takePermissions(limit: number): PermissionUse[] {
    const uses: PermissionUse[] = [];
    for (const [permission, keys] of this.#permissions) {
      if (uses.length >= limit) break;
      uses.push(...taken(keys, limit - uses.length));
      if (keys.size === 0) this.#permissions.delete(permission);
    }
    this.#uses -= uses.length;
    return uses;
  }

  /** Puts back what could not be written. */
  putBack({ permissions, networks, origins, probes }: Observations): void {
    for (const use of permissions) this.addPermission(use);
    for (const use of networks) this.addNetwork(use);
    for (const use of origins) this.addOrigin(use);
    for (const probe of probes) this.addProbe(probe);
  }
}

/** Nothing where there is no room. */
function begin<Row extends object>(slots: Slots<Row>, slot: string, row: Row): void {
  if (slots.size < MAX_WAITING) slots.set(slot, { ...row });
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
