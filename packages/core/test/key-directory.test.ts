import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OverloadedError, StorageError } from '../src/errors.ts';
import { hashToken } from '../src/tokens/digest.ts';
import type { SecretEntry } from '../src/verification/entries.ts';
import { KeyDirectory } from '../src/verification/key-directory.ts';
import { Lease } from '../src/verification/lease.ts';
import { anApi, anOrganization } from './harness/records.ts';
import { neverOlderThanAnswered, type Parts } from './model/directory-model.ts';
import { settle } from './model/stepped-database.ts';
import { LEASE_MS, startNode, TestNode } from './model/test-node.ts';

describe('a token', () => {
  test('is read once and then answered from memory', async () => {
    const node = await startNode();
    node.store('a', { name: 'Nightly' });
    expect(node.peek('a')).toBeUndefined();
    const found = await node.find('a');
    expect(found).toMatchObject({ id: 'sec_of_a', type: 'secret', key: { name: 'Nightly' } });
    expect(node.takeAsked()).toEqual(['findSecret', 'getApi interact', 'getOrganization acme']);
    expect(node.peek('a')).toMatchObject({ id: 'sec_of_a', key: { name: 'Nightly' } });
    expect(node.takeAsked()).toEqual([]);
    expect(node.directory).toMatchObject({ size: 1, hits: 1, misses: 1 });
  });

  test('that is unknown is not remembered', async () => {
    const node = await startNode();
    expect(await node.find('a')).toBeNull();
    expect(node.directory.size).toBe(0);
    node.store('a');
    expect(await node.find('a')).toMatchObject({ id: 'sec_of_a' });
  });

  test('is unknown while its API or organization is gone', async () => {
    const node = await startNode();
    node.store('a', { apiId: 'gone' });
    node.store('b', { organizationId: 'gone' });
    expect(await node.find('a')).toBeNull();
    expect(await node.find('b')).toBeNull();
    expect(node.directory.size).toBe(0);
  });

  test('is read once for all who ask for it at the same time', async () => {
    const node = await startNode();
    node.store('a');
    const finds = [node.startFind('a'), node.startFind('a'), node.startFind('a')];
    await node.database.serve();
    const [first, second, third] = await Promise.all(finds);
    expect(first).not.toBeNull();
    expect([second, third]).toEqual([first, first]);
    expect(node.takeAsked()).toEqual(['findSecret', 'getApi interact', 'getOrganization acme']);
    expect(node.directory.misses).toBe(1);
  });

  test('shares its key with the other secrets of that key', async () => {
    const node = await startNode();
    node.store('a', { id: 'key_1' });
    node.store('b', { id: 'key_1' });
    await node.find('a');
    await node.find('b');
    expect(node.peek('b')!.key).toBe(node.peek('a')!.key);
  });

  test('that is stored under an old pepper is found and reported', async () => {
    const node = await startNode();
    node.store('new', {}, 2);
    node.store('old', {}, 1);
    expect(await node.find('new')).toMatchObject({ id: 'sec_of_new' });
    expect(node.foundUnderOldPepper).toEqual([]);
    expect(await node.find('old')).toMatchObject({ id: 'sec_of_old' });
    expect(node.foundUnderOldPepper).toMatchObject([
      { found: { secret: { id: 'sec_of_old', pepperVersion: 1 } }, tokenHash: hashToken('old') },
    ]);
  });

  test('is asked for again after the database failed', async () => {
    const node = await startNode();
    node.store('a');
    const find = node.startFind('a');
    node.database.fail(0);
    const failure = await find.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: 'the database is away' });
    expect(await node.find('a')).toMatchObject({ id: 'sec_of_a' });
  });
});

describe('without a live lease', () => {
  test('nothing is answered from memory, and all of it again after a renewal', async () => {
    const node = await startNode();
    node.store('a');
    await node.find('a');
    node.clock.pass(LEASE_MS - 1);
    expect(node.peek('a')).toBeDefined();
    expect(node.directory.peekApi('interact', node.clock.now())).toBeDefined();
    node.clock.pass(1);
    expect(node.peek('a')).toBeUndefined();
    expect(node.directory.peekApi('interact', node.clock.now())).toBeUndefined();
    await node.renew();
    expect(node.peek('a')).toMatchObject({ id: 'sec_of_a' });
  });

  test('nothing that is read is kept', async () => {
    const node = new TestNode();
    node.store('a');
    expect(await node.find('a')).toMatchObject({ id: 'sec_of_a' });
    expect(node.directory.size).toBe(0);
    await node.renew();
    expect(node.peek('a')).toBeUndefined();
    expect(node.directory.peekApi('interact', node.clock.now())).toBeUndefined();
  });

  test('nobody joins a look-up that another began', async () => {
    const node = new TestNode();
    node.store('a', { name: 'before' });
    const first = node.startFind('a');
    node.database.readNamed('findSecret');
    node.rename('key_of_a', 'after'); // by another server, which has waited a lease to answer
    const second = node.startFind('a');
    await node.database.serve();
    expect((await first)!.key.name).toBe('before');
    expect((await second)!.key.name).toBe('after');
  });

  test('an organization that was read is not trusted after a renewal', async () => {
    const node = await startNode();
    node.clock.pass(LEASE_MS);
    node.store('a');
    const find = node.startFind('a');
    node.database.readNamed('findSecret');
    node.database.deliver(0);
    await settle();
    node.database.readNamed('getOrganization');
    node.database.deliver(0);
    await settle();
    const renewed = node.follower.renew();
    node.database.readNamed('head');
    node.database.deliver(0);
    await renewed;
    await node.database.serve(); // the API arrives, and the lease lives by now
    await find;
    node.follower.applyOwn([node.suspend('acme')]);
    expect(node.peek('a')?.key.organization.suspended).not.toBe(false);
  });
});

async function nodeWith(...tokens: string[]): Promise<TestNode> {
  const node = await startNode();
  node.database.organizations.set('other', anOrganization({ id: 'other' }));
  node.database.apis.set('other', anApi({ id: 'other' }));
  for (const token of tokens) {
    const apiId = token.includes('api') ? 'other' : 'interact';
    node.store(token, { apiId, organizationId: token.includes('org') ? 'other' : 'acme' });
    await node.find(token);
  }
  node.takeAsked();
  return node;
}

describe('a change', () => {
  test('of a key makes that key be read again, and no other', async () => {
    const node = await nodeWith('a', 'b');
    node.directory.apply([node.rename('key_of_a', 'after')]);
    expect(node.peek('a')).toBeUndefined();
    expect(node.peek('b')).toBeDefined();
    expect((await node.find('a'))!.key.name).toBe('after');
    expect(node.takeAsked()).toEqual(['findSecret']);
    expect(node.peek('a')!.key.name).toBe('after');
  });

  test('of a key concerns all of its secrets', async () => {
    const node = await startNode();
    for (const token of ['a', 'b']) node.store(token, { id: 'key_1' });
    for (const token of ['a', 'b']) await node.find(token);
    node.directory.apply([node.rename('key_1', 'after')]);
    expect([node.peek('a'), node.peek('b')]).toEqual([undefined, undefined]);
  });

  test('of an organization leaves its keys, which rejoin it when it has been read', async () => {
    const node = await nodeWith('a', 'b', 'org');
    node.directory.apply([node.suspend('acme')]);
    expect(node.directory.size).toBe(3);
    expect([node.peek('a'), node.peek('b')]).toEqual([undefined, undefined]);
    expect(node.peek('org')!.key.organization.suspended).toBe(false);
    expect((await node.find('a'))!.key.organization.suspended).toBe(true);
    expect(node.takeAsked()).toEqual(['findSecret', 'getOrganization acme']);
    expect(node.peek('a')!.key.organization.suspended).toBe(true);
    expect(node.peek('b')!.key.organization.suspended).toBe(true);
    expect(node.takeAsked()).toEqual([]);
  });

  test('of an API leaves its keys, which rejoin it when it has been read', async () => {
    const node = await nodeWith('a', 'b', 'api');
    node.directory.apply([node.redefine('interact', 'after')]);
    expect(node.directory.size).toBe(3);
    expect(node.directory.peekApi('interact', node.clock.now())).toBeUndefined();
    expect([node.peek('a'), node.peek('b')]).toEqual([undefined, undefined]);
    expect(node.peek('api')).toBeDefined();
    const find = node.directory.findApi('interact');
    await node.database.serve();
    expect((await find)!.definition.name).toBe('after');
    expect(node.takeAsked()).toEqual(['getApi interact']);
    expect(node.peek('a')!.key.api.definition.name).toBe('after');
    expect(node.peek('b')!.key.api.definition.name).toBe('after');
    expect(node.takeAsked()).toEqual([]);
  });

  test('of a pepper makes everything be read again', async () => {
    const node = await nodeWith('a', 'b', 'org', 'api');
    node.directory.apply([node.database.commit('pepper', '3')]);
    expect(node.directory.size).toBe(0);
    expect(node.directory.peekApi('interact', node.clock.now())).toBeUndefined();
    await node.find('a');
    expect(node.takeAsked()).toEqual(['findSecret', 'getApi interact', 'getOrganization acme']);
  });
});

/** Begins a look-up, takes the named answer, lets the change happen, then delivers everything. */
async function overtaken(
  node: TestNode,
  name: string,
  change: () => void,
): Promise<SecretEntry | null> {
  const find = node.startFind('a');
  await settle();
  if (name !== 'findSecret') {
    node.database.readNamed('findSecret');
    node.database.deliver(0);
    await settle();
  }
  node.database.readNamed(name);
  change();
  await node.database.serve();
  return find;
}

describe('a look-up that a change overtakes', () => {
  test('is given to who waited for it, not kept, and not joined by later ones', async () => {
    const node = await startNode();
    node.store('a', { name: 'before' });
    let later: Promise<SecretEntry | null> | undefined;
    const entry = await overtaken(node, 'findSecret', () => {
      node.directory.apply([node.rename('key_of_a', 'after')]);
      later = node.startFind('a');
    });
    expect(entry!.key.name).toBe('before');
    expect((await later)!.key.name).toBe('after');
    expect(node.peek('a')!.key.name).toBe('after');
  });

  test('is not kept when nobody asked again', async () => {
    const node = await startNode();
    node.store('a', { name: 'before' });
    await overtaken(node, 'findSecret', () => {
      node.directory.apply([node.rename('key_of_a', 'after')]);
    });
    expect(node.peek('a')).toBeUndefined();
    expect(node.directory.size).toBe(0);
  });

  test('remembers no organization from before its suspension', async () => {
    const node = await startNode();
    node.store('a');
    const entry = await overtaken(node, 'getOrganization', () => {
      node.directory.apply([node.suspend('acme')]);
    });
    expect(entry!.key.organization.suspended).toBe(false);
    const later = node.peek('a') ?? (await node.find('a'));
    expect(later!.key.organization.suspended).toBe(true);
  });

  test('remembers no API from before its change', async () => {
    const node = await startNode();
    node.store('a');
    await overtaken(node, 'getApi', () => {
      node.directory.apply([node.redefine('interact', 'after')]);
    });
    const later = node.peek('a') ?? (await node.find('a'));
    expect(later!.key.api.definition.name).toBe('after');
  });

  test('is kept when the changes concern others', async () => {
    const node = await startNode();
    node.store('a');
    await overtaken(node, 'findSecret', () => {
      node.directory.apply(node.commitMany(1_000));
    });
    expect(node.peek('a')).toBeDefined();
  });

  test('is not kept when more changes overtook it than are remembered', async () => {
    const node = await startNode();
    node.store('a', { name: 'before' });
    await overtaken(node, 'findSecret', () => {
      node.directory.apply([node.rename('key_of_a', 'after'), ...node.commitMany(3_000)]);
    });
    expect(node.peek('a')).toBeUndefined();
  });

  test('is not kept when everything was dropped meanwhile', async () => {
    const node = await startNode();
    node.store('a');
    await overtaken(node, 'findSecret', () => node.directory.dropEverything());
    expect(node.peek('a')).toBeUndefined();
    expect(node.directory.size).toBe(0);
  });
});

describe('memory', () => {
  test('holds no more secrets than its capacity, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ token: fc.nat(9), change: fc.boolean() }), { maxLength: 40 }),
        async (capacity, run) => {
          const node = await startNode({ capacity });
          for (let n = 0; n < 10; n++) node.store(`${n}`, { id: `key_${n % 7}` });
          for (const { token, change } of run) {
            if (change) node.directory.apply([node.database.commit('key', `key_${token % 7}`)]);
            const entry = node.peek(`${token}`) ?? (await node.find(`${token}`));
            expect(entry).toMatchObject({ id: `sec_of_${token}`, key: { id: `key_${token % 7}` } });
            expect(node.peek(`${token}`)).toBeDefined();
            expect(node.directory.size).toBeLessThanOrEqual(capacity);
          }
        },
      ),
    );
  });

  test('gives a second chance to a secret that was used, and none to one that was not', async () => {
    const node = await startNode({ capacity: 3 });
    for (const token of ['a', 'b', 'c', 'd', 'e']) node.store(token);
    for (const token of ['a', 'b', 'c']) await node.find(token);
    expect(node.peek('a')).toBeDefined();
    await node.find('d');
    const left = ['a', 'b', 'c', 'd'].filter((token) => node.peek(token) !== undefined);
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(['a', 'd']));
    await node.find('e'); // all were used: still one of them goes
    expect(node.peek('e')).toBeDefined();
    expect(node.directory.size).toBe(3);
  });
});

describe('too many look-ups at once', () => {
  const ALLOWED = 1_000;

  test('are refused until one has come back; who joins one is served', async () => {
    const node = await startNode();
    node.store('0');
    const finds = Array.from({ length: ALLOWED }, (_, n) => node.startFind(`${n}`));
    await settle();
    const refusal = await node.startFind('one more').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OverloadedError);
    expect(refusal).toMatchObject({
      code: 'OVERLOADED',
      message: 'Too many look-ups are waiting for the database. Try again in a moment.',
    });
    finds.push(node.startFind('0'));
    node.database.read(1);
    node.database.deliver(0);
    await finds[1];
    const admitted = node.startFind('one more');
    await expect(node.startFind('yet another')).rejects.toThrow(OverloadedError);
    await node.database.serve();
    expect(await admitted).toBeNull();
    expect((await Promise.all(finds)).filter(Boolean)).toHaveLength(2);
    expect(await node.find('yet another')).toBeNull();
  });

  test('leave room again when the database fails them', async () => {
    const node = await startNode();
    const finds = Array.from({ length: ALLOWED }, (_, n) => node.startFind(`${n}`));
    const outcomes = Promise.allSettled(finds);
    await settle();
    while (node.database.waiting.length > 0) node.database.fail(0);
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    expect(await node.find('one more')).toBeNull();
  });
});

describe('under any interleaving', () => {
  test('nothing is given out that is older than a change answered before the question', async () => {
    let hits = 0;
    const property = neverOlderThanAnswered({}, (model) => {
      hits += model.hits;
    });
    await fc.assert(property, { numRuns: 3_000 });
    // Answering nothing from memory would be no achievement.
    expect(hits).toBeGreaterThan(3_000);
  });

  class Deaf extends KeyDirectory {
    override apply(): void {}
  }

  class Sociable extends KeyDirectory {
    readonly #flights = new Map<string, Promise<SecretEntry | null>>();

    override find(tokenHash: string): Promise<SecretEntry | null> {
      const known = this.#flights.get(tokenHash);
      if (known !== undefined) return known;
      const flight = super.find(tokenHash).finally(() => this.#flights.delete(tokenHash));
      this.#flights.set(tokenHash, flight);
      return flight;
    }
  }

  class Endless extends Lease {
    override alive(): boolean {
      return true;
    }
  }

  class Generous extends Lease {
    override renew(): void {
      super.renew(this.mark());
    }
  }

  const broken: [string, Parts][] = [
    ['a directory that forgets nothing', { newDirectory: (options) => new Deaf(options) }],
    ['a look-up that anyone may join', { newDirectory: (options) => new Sociable(options) }],
    ['a lease that never ends', { newLease: (clock, ms) => new Endless(clock, ms) }],
    ['a lease counted from its answer', { newLease: (clock, ms) => new Generous(clock, ms) }],
  ];

  test.each(broken)('%s is found out', async (_, parts) => {
    const outcome = await fc.check(neverOlderThanAnswered(parts), {
      seed: 1,
      numRuns: 10_000,
      endOnFailure: true,
    });
    expect(outcome.failed).toBe(true);
    expect(outcome.errorInstance).toMatchObject({
      message: expect.stringMatching(/older than change/),
    });
  });
});
