import { FeedFollower } from '../../src/feed/feed-follower.ts';
import type { Change, ChangeScope } from '../../src/ports/change-feed.ts';
import type { FoundSecret } from '../../src/ports/key-store.ts';
import type { KeyRecord } from '../../src/ports/records.ts';
import { hashToken, Peppers } from '../../src/tokens/digest.ts';
import type { SecretEntry } from '../../src/verification/entries.ts';
import { KeyDirectory } from '../../src/verification/key-directory.ts';
import { Lease } from '../../src/verification/lease.ts';
import { aKey, anApi, anOrganization, aSecret } from '../harness/records.ts';
import { ManualClock } from './manual-clock.ts';
import { SteppedDatabase } from './stepped-database.ts';

export const LEASE_MS = 1_000;

/** One process's memory of the keys, on a clock and a database that the test controls. */
export class TestNode {
  readonly clock = new ManualClock();
  readonly database = new SteppedDatabase();
  readonly lease = new Lease(this.clock, LEASE_MS);
  readonly peppers = new Peppers([
    { version: 1, key: Buffer.alloc(32, 1) },
    { version: 2, key: Buffer.alloc(32, 2) },
  ]);
  readonly foundUnderOldPepper: { found: FoundSecret; tokenHash: string }[] = [];
  readonly directory: KeyDirectory;
  readonly follower: FeedFollower;

  constructor({ capacity = 100 } = {}) {
    const { clock, database, lease, peppers } = this;
    this.directory = new KeyDirectory({
      store: database,
      peppers,
      clock,
      lease,
      capacity,
      onOldPepper: (found, tokenHash) => this.foundUnderOldPepper.push({ found, tokenHash }),
    });
    this.follower = new FeedFollower(database, this.directory, lease);
    database.apis.set('interact', anApi());
    database.organizations.set('acme', anOrganization());
  }

  /** Stores a key that has this token, without a change: as if it had always been there. */
  store(token: string, fields: Partial<KeyRecord> = {}, pepperVersion = 2): void {
    const key = aKey({ id: `key_of_${token}`, ...fields });
    const digest = this.peppers
      .digests(hashToken(token))
      .find((candidate) => candidate.pepperVersion === pepperVersion)!.digest;
    const secret = aSecret({ keyId: key.id, id: `sec_of_${token}`, digest, pepperVersion });
    this.database.keys.set(key.id, key);
    this.database.secrets.set(digest.toString('hex'), secret);
  }

  rename(keyId: string, name: string): Change {
    this.database.keys.set(keyId, { ...this.database.keys.get(keyId)!, name });
    return this.database.commit('key', keyId);
  }

  suspend(organizationId: string): Change {
    this.database.organizations.set(
      organizationId,
      anOrganization({ id: organizationId, suspended: true }),
    );
    return this.database.commit('organization', organizationId);
  }

  redefine(apiId: string, name: string): Change {
    const { definition } = anApi();
    this.database.apis.set(apiId, anApi({ id: apiId, definition: { ...definition, name } }));
    return this.database.commit('api', apiId);
  }

  commitMany(count: number, scope: ChangeScope = 'key'): Change[] {
    return Array.from({ length: count }, (_, n) => this.database.commit(scope, `elsewhere_${n}`));
  }

  /** Renews the lease, with a database that answers at once. */
  async renew(): Promise<void> {
    await this.#served(this.follower.renew());
  }

  /** Reads through, with a database that answers at once. */
  find(token: string): Promise<SecretEntry | null> {
    return this.#served(this.startFind(token));
  }

  /** Reads through; the test serves the database itself. */
  async startFind(token: string): Promise<SecretEntry | null> {
    return this.directory.find(hashToken(token));
  }

  peek(token: string): SecretEntry | undefined {
    return this.directory.peek(hashToken(token), this.clock.now());
  }

  /** What the database was asked since the last time. */
  takeAsked(): string[] {
    return this.database.asked.splice(0);
  }

  async #served<Answer>(promise: Promise<Answer>): Promise<Answer> {
    const [answer] = await Promise.all([promise, this.database.serve()]);
    return answer;
  }
}

/** A node under a live lease that has just asked for nothing. */
export async function startNode(options?: { capacity: number }): Promise<TestNode> {
  const node = new TestNode(options);
  await node.renew();
  node.takeAsked();
  return node;
}
