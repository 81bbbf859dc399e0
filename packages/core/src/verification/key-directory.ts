import { allApis } from '../apis/all-apis.ts';
import type { Change, ChangeScope } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { FoundSecret, KeyStore } from '../ports/key-store.ts';
import type { Peppers } from '../tokens/digest.ts';
import { OverloadedError } from '../errors.ts';
import {
  claimOf,
  newApiEntry,
  newOrganizationEntry,
  newSecretEntry,
  type ApiEntry,
  type Claim,
  type KeyEntry,
  type OrganizationEntry,
  type SecretEntry,
} from './entries.ts';
import type { Lease } from './lease.ts';
import { SecretIndex } from './secret-index.ts';

/** Look-ups that may wait for the database at once. Beyond it, refusing is kinder than queueing for seconds. */
const MAX_FLIGHTS = 1_000;

/** How many applied changes are remembered to tell whether a fill was overtaken. One that was overtaken by more is not kept. */
const RECENT_CHANGES = 1_024;

/** Beyond it, claims are no longer shared: more memory for each key, nothing else. */
const MAX_CLAIMS = 10_000;

export interface KeyDirectoryOptions {
  readonly store: KeyStore;
  readonly peppers: Peppers;
  readonly clock: Clock;
  readonly lease: Lease;
  /** The most secrets held in memory. */
  readonly capacity: number;
  /** Told when a secret was found under an old pepper. */
  readonly onOldPepper: (found: FoundSecret, tokenHash: string) => void;
}

interface Flight {
  /** `#applied` when it began. */
  readonly begun: number;
  readonly result: Promise<unknown>;
}

/**
 * Finds the key of a token: in memory, as long as the lease lives, else in the store. Entries leave
 * when a change concerns them, never by age.
 *
 * A fill that a change overtakes is detached: verifications that waited for it may use it, for they
 * began before the change was answered; it is neither kept nor given to later ones.
 */
export class KeyDirectory {
  readonly #options: KeyDirectoryOptions;
  readonly #secrets = new SecretIndex();
  readonly #keys = new Map<string, KeyEntry>();
  readonly #organizations = new Map<string, OrganizationEntry>();
  readonly #apis = new Map<string, ApiEntry>();
  readonly #claims = new Map<string, Claim>();
  readonly #flights = new Map<string, Flight>();
  /** Of all APIs; null when some API changed since they were read. */
  #legacyFormats: readonly RegExp[] | null = null;
  readonly #recent: Change[] = [];
  #inFlight = 0;
  /** Changes applied since the start. */
  #applied = 0;
  hits = 0;
  misses = 0;

  constructor(options: KeyDirectoryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#secrets.size;
  }

  /** From memory; undefined when it must be read. Null is never answered: what is unknown is not remembered. */
  peek(
    tokenHash: string,
    nowMs: number,
    // Asking the lease reads a clock: who did so in the same turn says what it was told.
    alive: boolean = this.#options.lease.alive(nowMs),
  ): SecretEntry | undefined {
    const entry = this.#secrets.get(tokenHash);
    if (entry === undefined || !alive) return undefined;
    const { key } = entry;
    if (!key.live) {
      this.#secrets.delete(tokenHash);
      return undefined;
    }
    if (!key.api.live || !key.organization.live) return this.#rejoin(entry);
    return this.#hit(entry);
  }

  /** Whether an entry that was found before may be used once more: nothing that concerns it has changed. */
  mayReuse(entry: SecretEntry, nowMs: number): boolean {
    const { key } = entry;
    const current = key.live && key.api.live && key.organization.live;
    if (!current || !this.#options.lease.alive(nowMs)) return false;
    this.#hit(entry);
    return true;
  }

  peekApi(apiId: string, nowMs: number): ApiEntry | undefined {
    return this.#options.lease.alive(nowMs) ? this.#apis.get(apiId) : undefined;
  }

  /** Reads through. Null when no secret has this hash. Throws `StorageError`, `OverloadedError`. */
  find(tokenHash: string): Promise<SecretEntry | null> {
    return this.#fly(tokenHash, (begun) => {
      this.misses++;
      return this.#read(tokenHash, begun);
    });
  }

  /** The API as memory has it, else as the store has it. Null when there is none. Throws as `find`. */
  async findApi(apiId: string): Promise<ApiEntry | null> {
    const known = this.peekApi(apiId, this.#options.clock.now());
    // A token's hash is 32 characters without a space, so the two cannot be mistaken for each other.
    return known ?? this.#fly(`api ${apiId}`, () => this.#readApi(apiId));
  }

  /** Whether some API takes keys of this shape that were issued elsewhere. Throws as `find`. */
  async isLegacy(token: string): Promise<boolean> {
    const alive = this.#options.lease.alive(this.#options.clock.now());
    const known = alive ? this.#legacyFormats : null;
    const formats = known ?? (await this.#fly('legacy formats', () => this.#readLegacyFormats()));
    return formats.some((format) => format.test(token));
  }

  /** Forgets what the changes concern. To be called before their mutation is answered. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#applied++;
      this.#recent[this.#applied % RECENT_CHANGES] = change;
      this.#evict(change.scope, change.id);
    }
  }

  /** Forgets everything: the history this memory was built on cannot be continued. */
  dropEverything(): void {
    // Fills in flight are detached: more changes are behind them than are remembered.
    this.#applied += RECENT_CHANGES + 1;
    for (const map of [this.#keys, this.#organizations, this.#apis]) {
      for (const entry of map.values()) entry.live = false;
      map.clear();
    }
    this.#secrets.clear();
    this.#claims.clear();
    this.#legacyFormats = null;
  }

  #evict(scope: ChangeScope, id: string): void {
    if (scope === 'pepper') return this.dropEverything();
    if (scope === 'key') return forget(this.#keys, id);
    if (scope === 'organization') return forget(this.#organizations, id);
    this.#legacyFormats = null;
    return forget(this.#apis, id);
  }

  /** One read for all who want the same at the same time, and not too many reads at once. */
  #fly<Entry>(slot: string, read: (begun: number) => Promise<Entry>): Promise<Entry> {
    const flight = this.#flights.get(slot);
    if (flight !== undefined && this.#mayJoin(flight)) return flight.result as Promise<Entry>;
    if (this.#inFlight >= MAX_FLIGHTS) {
      throw new OverloadedError(
        'Too many look-ups are waiting for the database. Try again in a moment.',
      );
    }
    this.#inFlight++;
    const begun = this.#applied;
    const result = read(begun).finally(() => {
      this.#inFlight--;
      if (this.#flights.get(slot)?.result === result) this.#flights.delete(slot);
    });
    this.#flights.set(slot, { begun, result });
    return result;
  }

  /** Under a dead lease changes are not applied in time, so a flight could be older than one that was answered. */
  #mayJoin(flight: Flight): boolean {
    const { lease, clock } = this.#options;
    return flight.begun === this.#applied && lease.alive(clock.now());
  }

  /** The key's organization or API changed: point it to the new entry when that is already here. */
  #rejoin(entry: SecretEntry): SecretEntry | undefined {
    const api = this.#apis.get(entry.key.api.id);
    const organization = this.#organizations.get(entry.key.organization.id);
    if (api === undefined || organization === undefined) return undefined;
    entry.key.api = api;
    entry.key.organization = organization;
    return this.#hit(entry);
  }

  #hit(entry: SecretEntry): SecretEntry {
    entry.used = true;
    this.hits++;
    return entry;
  }

  async #read(tokenHash: string, begun: number): Promise<SecretEntry | null> {
    const { store, peppers, onOldPepper } = this.#options;
    const digests = peppers.digests(tokenHash);
    const found = await store.findSecret(digests.map(({ digest }) => digest));
    if (found === null) return null;
    if (found.secret.pepperVersion !== peppers.versions[0]) onOldPepper(found, tokenHash);
    const [api, organization] = await Promise.all([
      this.#findApi(found.key.apiId),
      this.#findOrganization(found.key.organizationId),
    ]);
    // Deleted in between, and the key with them.
    if (api === null || organization === null) return null;
    const entry = newSecretEntry(tokenHash, found, api, organization, this.#claimOf(found));
    if (this.#mayKeep('key', found.key.id, begun)) this.#keep(entry);
    return entry;
  }

  #claimOf({ key }: FoundSecret): Claim {
    const { apiId, environment, kind, state, preset, permissions } = key;
    const common = [apiId, environment, kind, state, preset ?? '', ...permissions];
    const text = common.join(' ');
    const known = this.#claims.get(text);
    if (known !== undefined) return known;
    const claim = claimOf(key);
    if (this.#claims.size < MAX_CLAIMS) this.#claims.set(text, claim);
    return claim;
  }

  /** As part of a look-up that is counted already. */
  async #findApi(id: string): Promise<ApiEntry | null> {
    return this.peekApi(id, this.#options.clock.now()) ?? this.#readApi(id);
  }

  async #readLegacyFormats(): Promise<readonly RegExp[]> {
    const begun = this.#applied;
    const apis = await allApis(this.#options.store, null);
    const formats = apis.flatMap((api) => newApiEntry(api).legacyFormats);
    // Kept only if nothing changed meanwhile: it may have been one of these.
    if (this.#applied === begun) this.#legacyFormats = formats;
    return formats;
  }

  async #findOrganization(id: string): Promise<OrganizationEntry | null> {
    const known = this.#organizations.get(id);
    if (known !== undefined && this.#options.lease.alive(this.#options.clock.now())) return known;
    const begun = this.#applied;
    const record = await this.#options.store.getOrganization(id);
    if (record === null) return null;
    const entry = newOrganizationEntry(record);
    return this.#keepIn(this.#organizations, entry, this.#mayKeep('organization', id, begun));
  }

  async #readApi(id: string): Promise<ApiEntry | null> {
    const begun = this.#applied;
    const record = await this.#options.store.getApi(id);
    if (record === null) return null;
    const entry = newApiEntry(record);
    return this.#keepIn(this.#apis, entry, this.#mayKeep('api', id, begun));
  }

  /** Whether nothing that concerns the record was applied since the read began, and the lease lives. */
  #mayKeep(scope: ChangeScope, id: string, begun: number): boolean {
    if (!this.#options.lease.alive(this.#options.clock.now())) return false;
    if (this.#applied - begun > RECENT_CHANGES) return false;
    for (let n = begun + 1; n <= this.#applied; n++) {
      const change = this.#recent[n % RECENT_CHANGES];
      if (change?.scope === scope && change.id === id) return false;
    }
    return true;
  }

  #keep(entry: SecretEntry): void {
    this.#makeRoom();
    const known = this.#keys.get(entry.key.id);
    // Another secret of the same key, read from the same row: one entry serves both.
    const key = known ?? entry.key;
    this.#keys.set(key.id, key);
    this.#secrets.set(known === undefined ? entry : { ...entry, key });
  }

  /** An entry that is not kept cannot be evicted, so it is dead from the start: good for this decision and no later one. */
  #keepIn<Entry extends { readonly id: string; live: boolean }>(
    map: Map<string, Entry>,
    entry: Entry,
    mayKeep: boolean,
  ): Entry {
    entry.live = mayKeep;
    if (!mayKeep) return entry;
    forget(map, entry.id);
    map.set(entry.id, entry);
    if (map.size > this.#options.capacity) forget(map, map.keys().next().value ?? '');
    return entry;
  }

  /** Clock algorithm: the next in turn leaves unless it was used since it was last looked at. */
  #makeRoom(): void {
    while (this.#secrets.size >= this.#options.capacity) {
      const entry = this.#secrets.next();
      if (entry === undefined) return;
      if (entry.used && entry.key.live) {
        entry.used = false;
        continue;
      }
      this.#secrets.delete(entry.tokenHash);
      forget(this.#keys, entry.key.id, entry.key);
    }
  }
}

/** Takes the entry out and tells those who point to it. With `only`, just when it is that one. */
function forget<Entry extends { live: boolean }>(
  map: Map<string, Entry>,
  id: string,
  only?: Entry,
): void {
  const entry = map.get(id);
  if (entry === undefined || (only !== undefined && entry !== only)) return;
  entry.live = false;
  map.delete(id);
}
