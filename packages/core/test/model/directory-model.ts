import * as fc from 'fast-check';
import { FeedFollower } from '../../src/feed/feed-follower.ts';
import type { Change, ChangeScope } from '../../src/ports/change-feed.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { hashToken, Peppers } from '../../src/tokens/digest.ts';
import type { SecretEntry } from '../../src/verification/entries.ts';
import { KeyDirectory, type KeyDirectoryOptions } from '../../src/verification/key-directory.ts';
import { Lease } from '../../src/verification/lease.ts';
import { aKey, anApi, anOrganization, aSecret } from '../harness/records.ts';
import { ManualClock } from './manual-clock.ts';
import { settle, SteppedDatabase } from './stepped-database.ts';

/**
 * One process with its directory, lease and follower, a database, and somebody else who writes to it
 * too. A run is a list of steps; between any two of them anything may have happened. The model knows
 * which changes have been answered, and says so when the directory gives out older data:
 *
 * - our own change is answered once it was applied here;
 * - another's change is answered once we have followed the feed up to it, or a lease has passed since its commit.
 */
export type Step =
  | { readonly do: 'find' | 'peek'; readonly token: number }
  | { readonly do: 'findApi' | 'renew' | 'renewSlowly' | 'serve' }
  | { readonly do: 'read' | 'deliver' | 'fail' | 'answer'; readonly pick: number }
  | { readonly do: 'commit'; readonly by: 'us' | 'other'; readonly target: Target }
  | { readonly do: 'change'; readonly target: Target }
  | { readonly do: 'pass' | 'setWall'; readonly ms: number };

export const LEASE_MS = 1_000;

const INTERACT = anApi();

const aToken = (token: string, keyId: string) => ({ token, keyId, tokenHash: hashToken(token) });
const TOKENS = [
  aToken('int_first', 'key_0'),
  aToken('int_second', 'key_0'),
  aToken('int_third', 'key_1'),
];

interface Target {
  readonly scope: ChangeScope;
  readonly id: string;
  readonly remove?: boolean;
}

const FIRST_KEY: Target = { scope: 'key', id: 'key_0' };
const SECOND_KEY: Target = { scope: 'key', id: 'key_1' };
const ORGANIZATION: Target = { scope: 'organization', id: 'acme' };
const API: Target = { scope: 'api', id: 'interact' };
const PEPPER: Target = { scope: 'pepper', id: '2' };

const picks = fc.nat(11);
/** A whole lease and just less than one, because it is the edges that matter. */
const delays = fc.constantFrom(1, LEASE_MS / 2, LEASE_MS - 1, LEASE_MS);
const tokens = fc.nat(TOKENS.length - 1);
const targets = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(ORGANIZATION, API) },
  { weight: 4, arbitrary: fc.constantFrom(FIRST_KEY, SECOND_KEY) },
  { weight: 1, arbitrary: fc.constantFrom({ ...FIRST_KEY, remove: true }, PEPPER) },
);
const weighted = <Of extends Step>(weight: number, arbitrary: fc.Arbitrary<Of>) => ({
  weight,
  arbitrary: arbitrary as fc.Arbitrary<Step>,
});

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    weighted(5, fc.record({ do: fc.constant('find'), token: tokens })),
    weighted(6, fc.record({ do: fc.constant('peek'), token: tokens })),
    weighted(1, fc.record({ do: fc.constantFrom('findApi') })),
    weighted(8, fc.record({ do: fc.constant('read'), pick: picks })),
    weighted(8, fc.record({ do: fc.constant('deliver'), pick: picks })),
    weighted(1, fc.record({ do: fc.constant('fail'), pick: picks })),
    weighted(
      5,
      fc.record({
        do: fc.constant('commit'),
        by: fc.constantFrom('us', 'other'),
        target: targets,
      }),
    ),
    weighted(4, fc.record({ do: fc.constant('answer'), pick: picks })),
    weighted(3, fc.record({ do: fc.constant('change'), target: targets })),
    weighted(6, fc.record({ do: fc.constantFrom('renew', 'renewSlowly', 'serve') })),
    weighted(4, fc.record({ do: fc.constant('pass'), ms: delays })),
    weighted(
      1,
      fc.record({ do: fc.constant('setWall'), ms: fc.integer({ min: -9_000, max: 9_000 }) }),
    ),
  ),
  { minLength: 10, maxLength: 80, size: 'max' },
);

interface Commit {
  readonly change: Change;
  readonly by: 'us' | 'other';
  readonly atMs: number;
  answered: boolean;
}

/** What a record was, from which change on. Null: it was not there. */
interface Version {
  readonly seq: number;
  readonly value: string | boolean | null;
}

/** For each record the first version that may still be given out. */
type Floor = ReadonlyMap<string, number>;

export interface Parts {
  readonly newDirectory?: (options: KeyDirectoryOptions) => KeyDirectory;
  readonly newLease?: (clock: Clock, durationMs: number) => Lease;
}

export class DirectoryModel {
  readonly #clock = new ManualClock();
  readonly #database = new SteppedDatabase();
  readonly #directory: KeyDirectory;
  readonly #follower: FeedFollower;
  readonly #commits: Commit[] = [];
  readonly #versions = new Map<string, Version[]>();
  readonly violations: string[] = [];

  constructor({ newDirectory, newLease }: Parts = {}) {
    const clock = this.#clock;
    const lease = newLease?.(clock, LEASE_MS) ?? new Lease(clock, LEASE_MS);
    const peppers = new Peppers([{ version: 1, key: Buffer.alloc(32, 1) }]);
    const store = this.#database;
    const options = { store, peppers, clock, lease, capacity: 10, onOldPepper: () => {} };
    this.#directory = newDirectory?.(options) ?? new KeyDirectory(options);
    this.#follower = new FeedFollower(store, this.#directory, lease);
    for (const { tokenHash, keyId, token } of TOKENS) {
      const { digest } = peppers.digest(tokenHash);
      store.secrets.set(digest.toString('hex'), aSecret({ keyId, digest, id: token }));
    }
    for (const { id } of [FIRST_KEY, SECOND_KEY, ORGANIZATION, API]) this.#write(id, 0, false);
  }

  /** Verifications answered from memory. */
  get hits(): number {
    return this.#directory.hits;
  }

  async run(run: readonly Step[]): Promise<void> {
    for (const step of run) {
      if (step.do === 'serve') await this.#database.serve();
      else this.#take(step);
      await settle();
      this.#noteAnswered();
    }
    await this.#finish();
  }

  #take(step: Exclude<Step, { do: 'serve' }>): void {
    const database = this.#database;
    switch (step.do) {
      case 'find':
        return this.#find(step.token);
      case 'peek':
        return this.#peek(step.token);
      case 'findApi':
        return this.#findApi();
      case 'renew':
        this.#follower.renew().catch(ignore);
        return;
      case 'renewSlowly': // the newest change is read, and the answer is on its way
        this.#follower.renew().catch(ignore);
        return database.read(database.waiting.findIndex(({ name }) => name === 'head'));
      case 'read':
        return database.read(step.pick % Math.max(1, database.waiting.length));
      case 'deliver':
        return database.deliver(step.pick % Math.max(1, database.readyToDeliver.length));
      case 'fail':
        return database.fail(step.pick % Math.max(1, database.waiting.length));
      case 'commit':
        return this.#commit(step.by, step.target);
      case 'change':
        return this.#change(step.target);
      case 'answer':
        return this.#answer(step.pick);
      case 'pass':
        return this.#clock.pass(step.ms);
      case 'setWall':
        this.#clock.wallMs += step.ms;
    }
  }

  /** In the end everything arrives, everything is answered, and nothing old may be left. */
  async #finish(): Promise<void> {
    await this.#database.serve();
    while (this.#commits.some(({ by, answered }) => by === 'us' && !answered)) this.#answer(0);
    const renewed = this.#follower.renew();
    await this.#database.serve();
    await renewed;
    this.#noteAnswered();
    const late = this.#commits.find(({ answered }) => !answered);
    if (late !== undefined) this.violations.push(`change ${late.change.seq} was never followed`);
    for (const token of TOKENS.keys()) this.#peek(token);
    for (const token of TOKENS.keys()) this.#find(token);
    await this.#database.serve();
    for (const token of TOKENS.keys()) this.#peek(token);
  }

  #write(id: string, seq: number, remove: boolean): void {
    const { apis, organizations, keys } = this.#database;
    let value: Version['value'] = `v${seq}`;
    if (id.startsWith('key_')) {
      if (remove) value = null;
      if (remove) keys.delete(id);
      else keys.set(id, aKey({ id, name: `v${seq}` }));
    } else if (id === 'interact') {
      const { definition } = INTERACT;
      apis.set(id, { ...INTERACT, definition: { ...definition, name: `v${seq}` } });
    } else {
      // All that is kept of an organization is whether it is suspended.
      value = this.#versions.get(id)?.at(-1)?.value !== true;
      organizations.set(id, anOrganization({ id, suspended: value }));
    }
    this.#versions.set(id, [...(this.#versions.get(id) ?? []), { seq, value }]);
  }

  #change(target: Target): void {
    this.#commit('us', target);
    const commit = this.#commits.at(-1)!;
    this.#follower.applyOwn([commit.change]);
    commit.answered = true;
  }

  #commit(by: Commit['by'], { scope, id, remove }: Target): void {
    const change = this.#database.commit(scope, id);
    if (scope !== 'pepper') this.#write(id, change.seq, remove === true);
    this.#commits.push({ change, by, atMs: this.#clock.monotonicMs, answered: false });
  }

  /** Answers one of our own mutations, not always in the order of their commits. */
  #answer(pick: number): void {
    const open = this.#commits.filter(({ by, answered }) => by === 'us' && !answered);
    const commit = open[pick % Math.max(1, open.length)];
    if (commit === undefined) return;
    this.#follower.applyOwn([commit.change]);
    commit.answered = true;
  }

  #noteAnswered(): void {
    for (const commit of this.#commits) {
      const waited = this.#clock.monotonicMs - commit.atMs >= LEASE_MS;
      const followed = this.#follower.position >= commit.change.seq;
      if (commit.by === 'other' && (waited || followed)) commit.answered = true;
    }
  }

  #floor(): Floor {
    this.#noteAnswered();
    const answered = this.#commits.filter((commit) => commit.answered).map(({ change }) => change);
    return new Map(
      [...this.#versions.keys()].map((id) => [
        id,
        Math.max(0, ...answered.filter((change) => change.id === id).map(({ seq }) => seq)),
      ]),
    );
  }

  #find(token: number): void {
    const floor = this.#floor();
    this.#directory
      .find(TOKENS[token]!.tokenHash)
      .then((entry) => this.#check('find', TOKENS[token]!.keyId, entry, floor), ignore);
  }

  #peek(token: number): void {
    const { tokenHash, keyId } = TOKENS[token]!;
    const entry = this.#directory.peek(tokenHash, this.#clock.now());
    if (entry !== undefined) this.#check('peek', keyId, entry, this.#floor());
  }

  #findApi(): void {
    const floor = this.#floor();
    this.#directory
      .findApi('interact')
      .then(
        (api) => this.#expect('findApi', 'interact', api?.definition.name ?? null, floor),
        ignore,
      );
  }

  #check(from: string, keyId: string, entry: SecretEntry | null, floor: Floor): void {
    this.#expect(from, keyId, entry?.key.name ?? null, floor);
    if (entry === null) return;
    this.#expect(from, 'acme', entry.key.organization.suspended, floor);
    this.#expect(from, 'interact', entry.key.api.definition.name, floor);
  }

  #expect(from: string, id: string, value: Version['value'], floor: Floor): void {
    const since = floor.get(id) ?? 0;
    const allowed = (this.#versions.get(id) ?? []).filter(({ seq }) => seq >= since);
    if (allowed.some((version) => version.value === value)) return;
    this.violations.push(`${from} gave ${id} as ${value}, which is older than change ${since}`);
  }
}

const ignore = () => {};

/** Most of what is interesting happens under a live lease, or to what is already in memory. */
const LEASED: readonly Step[] = [{ do: 'renew' }, { do: 'serve' }];
const WARM: readonly Step[] = [
  ...LEASED,
  ...TOKENS.map((_, token): Step => ({ do: 'find', token })),
  { do: 'serve' },
];

/** No find or peek that begins after a change was answered gives out data from before it. */
export function neverOlderThanAnswered(parts: Parts, onRun?: (model: DirectoryModel) => void) {
  return fc.asyncProperty(fc.constantFrom(LEASED, WARM), steps, async (start, run) => {
    const model = new DirectoryModel(parts);
    await model.run([...start, ...run]);
    onRun?.(model);
    if (model.violations.length > 0) throw new Error(model.violations[0]);
  });
}
