import { StorageError } from '../../src/errors.ts';
import type { Change, ChangeFeed, ChangeScope, FeedHead } from '../../src/ports/change-feed.ts';
import type { FoundSecret, KeyStore } from '../../src/ports/key-store.ts';
import type {
  ApiRecord,
  KeyRecord,
  OrganizationRecord,
  SecretRecord,
} from '../../src/ports/records.ts';

/** One question to the database on its way. What was read may be delivered much later. */
interface Call {
  readonly name: string;
  /** Takes the answer as the database is now. */
  read(): void;
  deliver(): void;
  fail(): void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/**
 * A key store and change feed whose answers come when the test says so, in the order it says. Every
 * call takes two steps: it is read, and its answer is delivered. Others may commit in between.
 */
export class SteppedDatabase implements KeyStore, ChangeFeed {
  readonly apis = new Map<string, ApiRecord>();
  readonly organizations = new Map<string, OrganizationRecord>();
  readonly keys = new Map<string, KeyRecord>();
  /** By digest, hex. */
  readonly secrets = new Map<string, SecretRecord>();
  changes: Change[] = [];
  /** Says which history a change belongs to. */
  history = 'a';

  waiting: Call[] = [];
  readyToDeliver: Call[] = [];
  /** The names of all calls so far. */
  asked: string[] = [];

  readonly findSecret = (digests: readonly Buffer[]) =>
    this.#ask('findSecret', () => this.#secretUnder(digests));
  readonly getApi = (id: string) => this.#ask(`getApi ${id}`, () => this.apis.get(id) ?? null);
  readonly getOrganization = (id: string) =>
    this.#ask(`getOrganization ${id}`, () => this.organizations.get(id) ?? null);
  readonly head = () => this.#ask('head', () => this.newest);
  readonly changesAfter = (position: FeedHead, limit: number) =>
    this.#ask(`changesAfter ${position.seq}`, () => this.#changesAfter(position, limit));

  readonly getKey = unexpected;
  readonly listApis = unexpected;
  readonly listOrganizations = unexpected;
  readonly listKeys = unexpected;
  readonly countKeys = unexpected;

  get newest(): FeedHead {
    return this.changes.at(-1) ?? { seq: 0, changeId: 'none' };
  }

  /** Adds a change to the feed. The test writes the record itself, in the same step. */
  commit(scope: ChangeScope, id: string): Change {
    const seq = this.newest.seq + 1;
    const change: Change = { seq, changeId: `${this.history}${seq}`, scope, id, digests: [] };
    this.changes.push(change);
    return change;
  }

  /** Reads and delivers until nothing waits. */
  async serve(): Promise<void> {
    await settle();
    while (this.waiting.length > 0 || this.readyToDeliver.length > 0) {
      while (this.waiting.length > 0) this.read(0);
      while (this.readyToDeliver.length > 0) this.deliver(0);
      await settle();
    }
  }

  /** Reads the answer of the first waiting call of this name. */
  readNamed(name: string): void {
    const place = this.waiting.findIndex((call) => call.name.startsWith(name));
    if (place === -1)
      throw new Error(`no ${name} waits, only ${this.waiting.map((call) => call.name)}`);
    this.read(place);
  }

  read(place: number): void {
    const call = this.waiting[place];
    if (call === undefined) return;
    this.waiting.splice(place, 1);
    call.read();
    this.readyToDeliver.push(call);
  }

  deliver(place: number): void {
    this.readyToDeliver.splice(place, 1)[0]?.deliver();
  }

  /** The connection breaks: what waits at this place is never answered. */
  fail(place: number): void {
    this.waiting.splice(place, 1)[0]?.fail();
  }

  #ask<Answer>(name: string, answer: () => Answer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let taken: Answer;
    this.asked.push(name);
    this.waiting.push({
      name,
      read: () => {
        taken = answer();
      },
      deliver: () => resolve(taken),
      fail: () => reject(new StorageError('the database is away')),
    });
    return promise;
  }

  #secretUnder(digests: readonly Buffer[]): FoundSecret | null {
    const secret = digests.map((digest) => this.secrets.get(digest.toString('hex'))).find(Boolean);
    const key = secret && this.keys.get(secret.keyId);
    return secret === undefined || key === undefined ? null : { secret, key };
  }

  #changesAfter({ seq, changeId }: FeedHead, limit: number): Change[] | null {
    const known =
      seq === 0 ||
      this.changes.some((change) => change.seq === seq && change.changeId === changeId);
    if (!known) return null;
    return this.changes.filter((change) => change.seq > seq).slice(0, limit);
  }
}

const unexpected = (): Promise<never> => Promise.reject(new Error('nobody asks for this here'));
