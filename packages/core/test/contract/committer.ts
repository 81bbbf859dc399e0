import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstBrokenLink } from '../../src/audit/chain-check.ts';
import { CHAIN_START } from '../../src/audit/chain.ts';
import type { Mutation } from '../../src/ports/committer.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, anEvent, anOrganization, aSecret } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

const START = { seq: 0, changeId: '' };

/** What a mutation of organization `id` returns. */
function touched<Result>(id: string, result: Result): Mutation<Result> {
  const target = { type: 'organization', id } as const;
  return { result, events: [anEvent({ target })], changes: [{ scope: 'organization', id }] };
}

export function describeCommitter(open: () => Promise<Storage>): void {
  describe('committer', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      await seed(storage);
    });
    afterEach(() => storage.close());

    describeOneWork(() => storage);
    describeManyWorks(() => storage);
  });
}

function describeOneWork(storage: () => Storage): void {
  test('a work is answered with its result and its changes in the feed', async () => {
    const { result, changes } = await storage().committer.commit(async () => ({
      result: { made: 'this' },
      events: [],
      changes: [
        { scope: 'key', id: 'key_1', digests: ['aa', 'bb'] },
        { scope: 'api', id: 'interact' },
      ],
    }));

    expect(result).toEqual({ made: 'this' });
    expect(changes).toEqual([
      { seq: 1, changeId: expect.any(String), scope: 'key', id: 'key_1', digests: ['aa', 'bb'] },
      { seq: 2, changeId: expect.any(String), scope: 'api', id: 'interact', digests: [] },
    ]);
    expect(await storage().feed.changesAfter(START, 10)).toEqual(changes);
  });

  test('a work that wrote nothing leaves the feed and the audit log as they were', async () => {
    expect(await write(storage(), async () => 'nothing')).toBe('nothing');

    expect(await storage().feed.head()).toMatchObject(START);
    expect(await storage().audit.eventsAfter(0, 10)).toEqual([]);
  });

  test('a work that throws rejects with just that and writes nothing', async () => {
    const reason = new Error('not allowed');
    const key = aKey();
    const secret = aSecret({ keyId: key.id });
    const commit = storage().committer.commit(async (tx) => {
      await tx.putOrganization(anOrganization({ name: 'Changed' }));
      await tx.putOrganization(anOrganization({ id: 'other' }));
      await tx.deleteOrganization('none');
      await tx.insertKey(key);
      await tx.insertSecret(secret);
      throw reason;
    });

    await expect(commit).rejects.toBe(reason);
    expect(await storage().keys.getOrganization('acme')).toEqual(anOrganization());
    expect(await storage().keys.getOrganization('other')).toBeNull();
    expect(await storage().keys.getKey(key.id)).toBeNull();
    expect(await storage().keys.findSecret([secret.digest])).toBeNull();
  });

  test('a work that throws undoes its deletions', async () => {
    const key = aKey({ kind: 'pair', publicKey: 'pk_1' });
    const secret = aSecret({ keyId: key.id });
    await seed(storage(), { keys: [key], secrets: [secret] });
    const commit = write(storage(), async (tx) => {
      await tx.deleteSecret(secret.id);
      await tx.deleteKey(key.id);
      await tx.deleteOrganization('acme');
      await tx.deleteApi('interact');
      throw new Error('not allowed');
    });

    await expect(commit).rejects.toThrow('not allowed');
    expect(await storage().keys.findSecret([secret.digest])).toEqual({ secret, key });
    await expect(seed(storage(), { keys: [aKey({ publicKey: 'pk_1' })] })).rejects.toThrow();
  });
}

function describeManyWorks(storage: () => Storage): void {
  test('of works committed at once, each stands or falls alone', async () => {
    const key = aKey();
    await seed(storage(), { keys: [key] });
    const works = Array.from({ length: 60 }, (_, n) =>
      storage().committer.commit(async (tx) => {
        const id = `org${n}`;
        await tx.putOrganization(anOrganization({ id }));
        if (n % 3 === 1) throw new Error(`refused ${n}`);
        // A constraint that the database itself refuses.
        if (n % 3 === 2) await tx.insertKey(key);
        return touched(id, n);
      }),
    );
    const outcomes = await Promise.allSettled(works);

    for (const [n, outcome] of outcomes.entries()) {
      const stands = n % 3 === 0;
      expect(outcome.status, `work ${n}`).toBe(stands ? 'fulfilled' : 'rejected');
      const organization = await storage().keys.getOrganization(`org${n}`);
      expect(organization === null, `row of work ${n}`).toBe(!stands);
      if (n % 3 === 1) expect(outcome).toMatchObject({ reason: { message: `refused ${n}` } });
      if (outcome.status === 'fulfilled') expect(outcome.value.result).toBe(n);
    }
    const standing = outcomes.flatMap((_, n) => (n % 3 === 0 ? [`org${n}`] : []));
    const changes = (await storage().feed.changesAfter(START, 1_000)) ?? [];
    expect(changes.map(({ id }) => id).toSorted()).toEqual(standing.toSorted());
    expect(changes.map(({ seq }) => seq)).toEqual(standing.map((_, index) => index + 1));
    const events = await storage().audit.eventsAfter(0, 1_000);
    expect(events.map(({ target }) => target.id).toSorted()).toEqual(standing.toSorted());
    expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
  });

  test('200 works committed at once leave one unbroken chain and a feed without gaps', async () => {
    const committed = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        storage().committer.commit(async (tx) => {
          await tx.putOrganization(anOrganization({ id: `org${n}` }));
          return touched(`org${n}`, n);
        }),
      ),
    );

    expect(committed.map(({ result }) => result)).toEqual(committed.map((_, n) => n));
    const changes = (await storage().feed.changesAfter(START, 1_000)) ?? [];
    expect(changes.map(({ seq }) => seq)).toEqual(committed.map((_, n) => n + 1));
    expect(new Set(changes.map(({ changeId }) => changeId)).size).toBe(200);
    const answered = committed.flatMap((work) => work.changes);
    expect(answered.toSorted((a, b) => a.seq - b.seq)).toEqual(changes);
    const events = await storage().audit.eventsAfter(0, 1_000);
    expect(events).toHaveLength(200);
    expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
  });

  test('a work sees what earlier works wrote, so no update is lost', async () => {
    const writers = 50;
    await seed(storage(), { organizations: [anOrganization({ name: '0' })] });
    const works = Array.from({ length: writers }, () =>
      storage().committer.commit(async (tx) => {
        const organization = await tx.lockOrganization('acme', 'write');
        const name = `${Number(organization?.name) + 1}`;
        await tx.putOrganization(anOrganization({ name }));
        return touched('acme', name);
      }),
    );
    const results = (await Promise.all(works)).map(({ result }) => Number(result));

    expect((await storage().keys.getOrganization('acme'))?.name).toBe(`${writers}`);
    expect(results.toSorted((a, b) => a - b)).toEqual(results.map((_, index) => index + 1));
  });

  test('a maximum holds when keys are counted under the organization’s lock', async () => {
    const works = Array.from({ length: 30 }, () =>
      write(storage(), async (tx) => {
        await tx.lockOrganization('acme', 'write');
        if ((await tx.countKeys({ organizationId: 'acme' })) >= 7) throw new Error('full');
        await tx.insertKey(aKey());
      }),
    );
    const outcomes = await Promise.allSettled(works);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(await write(storage(), (tx) => tx.countKeys({}))).toBe(7);
  });

  test('what is committed can be read as soon as the commit resolves', async () => {
    const keys = Array.from({ length: 50 }, () => aKey());
    const found = await Promise.all(
      keys.map(async (key) => {
        await write(storage(), (tx) => tx.insertKey(key));
        return storage().keys.getKey(key.id);
      }),
    );

    expect(found.map((read) => read?.key)).toEqual(keys);
  });
}
