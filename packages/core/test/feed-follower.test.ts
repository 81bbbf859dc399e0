import { describe, expect, test } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { settle } from './model/stepped-database.ts';
import { LEASE_MS, TestNode } from './model/test-node.ts';

const alive = ({ lease, clock }: TestNode) => lease.alive(clock.now());

/** A node that has followed three changes, with two keys in memory. */
async function startFollowing(): Promise<TestNode> {
  const node = new TestNode();
  node.commitMany(3);
  await node.renew();
  for (const token of ['a', 'b']) {
    node.store(token);
    await node.find(token);
  }
  node.takeAsked();
  return node;
}

/** Reads what the first waiting call asks for and delivers it. */
async function answerOne({ database }: TestNode): Promise<void> {
  database.read(0);
  database.deliver(0);
  await settle();
}

describe('the first renewal', () => {
  test('begins at the newest change, with a memory that is empty', async () => {
    const node = new TestNode();
    node.commitMany(7);
    expect(node.follower.position).toBe(0);
    expect(alive(node)).toBe(false);
    await node.renew();
    expect(node.follower.position).toBe(7);
    expect(alive(node)).toBe(true);
    expect(node.takeAsked()).toEqual(['head']);
  });

  test('is possible before there is any change', async () => {
    const node = new TestNode();
    await node.renew();
    expect(node.follower.position).toBe(0);
    expect(alive(node)).toBe(true);
    node.commitMany(2);
    await node.renew();
    expect(node.follower.position).toBe(2);
  });
});

describe('a renewal', () => {
  test('applies what others have committed', async () => {
    const node = await startFollowing();
    node.rename('key_of_a', 'after');
    expect(node.peek('a')).toBeDefined();
    await node.renew();
    expect(node.takeAsked()).toEqual(['head', 'changesAfter 3']);
    expect(node.follower.position).toBe(4);
    expect(node.peek('a')).toBeUndefined();
    expect(node.peek('b')).toBeDefined();
  });

  test('asks for no changes when there are none', async () => {
    const node = await startFollowing();
    await node.renew();
    expect(node.takeAsked()).toEqual(['head']);
    expect(node.directory.size).toBe(2);
  });

  test('fetches page after page', async () => {
    const node = await startFollowing();
    node.commitMany(2_500);
    node.rename('key_of_a', 'after');
    await node.renew();
    expect(node.takeAsked()).toEqual([
      'head',
      'changesAfter 3',
      'changesAfter 1003',
      'changesAfter 2003',
    ]);
    expect(node.follower.position).toBe(2_504);
    expect(node.peek('a')).toBeUndefined();
    expect(node.peek('b')).toBeDefined();
  });

  test('counts the lease from before it asked', async () => {
    const node = new TestNode();
    const renewed = node.follower.renew();
    node.clock.pass(LEASE_MS - 1);
    await node.database.serve();
    await renewed;
    expect(alive(node)).toBe(true);
    node.clock.pass(1);
    expect(alive(node)).toBe(false);
  });

  test('gives no lease before it has applied what it lacked', async () => {
    const node = await startFollowing();
    node.clock.pass(LEASE_MS);
    node.rename('key_of_a', 'after');
    const renewed = node.follower.renew();
    await answerOne(node);
    expect(node.database.waiting.map(({ name }) => name)).toEqual(['changesAfter 3']);
    expect(alive(node)).toBe(false);
    await answerOne(node);
    await renewed;
    expect(alive(node)).toBe(true);
    expect(node.peek('a')).toBeUndefined();
  });

  test('is shared by all who ask for it at the same time', async () => {
    const node = await startFollowing();
    const renewals = [node.follower.renew(), node.follower.renew()];
    await node.database.serve();
    await Promise.all(renewals);
    expect(node.takeAsked()).toEqual(['head']);
    await node.renew();
    expect(node.takeAsked()).toEqual(['head']);
  });

  test.each([
    ['at its first question', 0],
    ['at its second question', 1],
  ])('that fails %s prolongs nothing, and the next one catches up', async (_, answers) => {
    const node = await startFollowing();
    node.clock.pass(LEASE_MS - 1);
    node.rename('key_of_a', 'after');
    const failed = node.follower.renew().catch((error: unknown) => error);
    for (let n = 0; n < answers; n++) await answerOne(node);
    node.database.fail(0);
    expect(await failed).toBeInstanceOf(StorageError);
    expect(await failed).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(node.follower.position).toBe(3);
    expect(alive(node)).toBe(true);
    node.clock.pass(1);
    expect(alive(node)).toBe(false);
    await node.renew();
    expect(node.follower.position).toBe(4);
    expect(node.peek('a')).toBeUndefined();
    expect(node.peek('b')).toBeDefined();
  });
});

async function expectDropped(node: TestNode): Promise<void> {
  await node.renew();
  expect(node.directory.size).toBe(0);
  expect(node.follower.position).toBe(node.database.newest.seq);
  expect(alive(node)).toBe(true);
  node.takeAsked();
  await node.renew();
  expect(node.takeAsked()).toEqual(['head']); // in step again
}

describe('memory is dropped', () => {
  test('when the feed does not reach back to where we are', async () => {
    const node = await startFollowing();
    node.commitMany(5);
    node.database.changes.splice(0, 4);
    await expectDropped(node);
  });

  test('when the feed holds another change in our place', async () => {
    const node = await startFollowing();
    const [first, second, third] = node.database.changes;
    node.database.changes = [first!, second!, { ...third!, changeId: 'b3' }];
    await expectDropped(node);
  });

  test('when the feed holds another change in our place and goes on from there', async () => {
    const node = await startFollowing();
    node.database.history = 'b';
    node.database.changes = [];
    node.commitMany(6);
    await expectDropped(node);
  });

  test('when an older backup was restored', async () => {
    const node = await startFollowing();
    node.database.changes.length = 2;
    await expectDropped(node);
  });

  test('when an empty backup was restored', async () => {
    const node = await startFollowing();
    node.database.changes = [];
    await expectDropped(node);
  });

  test('when the feed has a gap', async () => {
    const node = await startFollowing();
    node.commitMany(4);
    node.database.changes.splice(4, 1);
    await expectDropped(node);
  });

  test('when a restored backup went on with commits of our own', async () => {
    const node = await startFollowing();
    node.database.changes.length = 2;
    node.database.history = 'b';
    node.follower.applyOwn([node.database.commit('key', 'elsewhere')]);
    node.follower.applyOwn([node.database.commit('key', 'elsewhere')]);
    await expectDropped(node);
  });
});

describe('our own commits', () => {
  test('are applied at once, and not a second time by the next renewal', async () => {
    const node = await startFollowing();
    node.follower.applyOwn([node.rename('key_of_a', 'after')]);
    expect(node.peek('a')).toBeUndefined();
    await node.find('a');
    await node.renew();
    expect(node.follower.position).toBe(4);
    expect(node.peek('a')!.key.name).toBe('after');
    expect(node.peek('b')).toBeDefined();
  });

  test.each([
    ['before the newest change is read', 0],
    ['before the changes are read', 1],
  ])('that happen during a renewal, %s, are no gap', async (_, answers) => {
    const node = await startFollowing();
    node.rename('key_of_a', 'by another');
    const renewed = node.follower.renew();
    for (let n = 0; n < answers; n++) await answerOne(node);
    const own = node.commitMany(2);
    for (const change of own) node.follower.applyOwn([change]);
    await node.database.serve();
    await renewed;
    expect(node.follower.position).toBe(6);
    expect(node.directory.size).toBeGreaterThan(0);
    expect(node.peek('a')).toBeUndefined();
    expect(node.peek('b')).toBeDefined();
  });

  test('that are applied while the page with them is on its way are no gap', async () => {
    const node = await startFollowing();
    const own = node.commitMany(2);
    const renewed = node.follower.renew();
    await answerOne(node);
    node.database.read(0); // the page holds both
    node.follower.applyOwn([own[0]!]);
    node.follower.applyOwn([own[1]!]);
    node.database.deliver(0);
    await node.database.serve();
    await renewed;
    expect(node.follower.position).toBe(5);
    expect(alive(node)).toBe(true);
    expect(node.peek('a')).toBeDefined();
    expect(node.peek('b')).toBeDefined();
  });

  test('that are ahead of the newest change that was read are no gap', async () => {
    const node = await startFollowing();
    const renewed = node.follower.renew();
    node.database.read(0); // the newest is 3
    for (const change of node.commitMany(2)) node.follower.applyOwn([change]);
    node.database.deliver(0);
    await node.database.serve();
    await renewed;
    expect(node.peek('a')).toBeDefined();
    await node.renew();
    expect(node.follower.position).toBe(5);
    expect(node.peek('a')).toBeDefined();
  });

  test('behind a change of another do not hide it', async () => {
    const node = await startFollowing();
    node.rename('key_of_a', 'by another');
    node.follower.applyOwn([node.rename('key_of_b', 'by us')]);
    expect(node.follower.position).toBe(3);
    expect(node.peek('b')).toBeUndefined();
    expect(node.peek('a')).toBeDefined();
    await node.renew();
    expect(node.follower.position).toBe(5);
    expect(node.peek('a')).toBeUndefined();
  });

  test('may be applied in another order than that of their commits', async () => {
    const node = await startFollowing();
    const [first, second] = [node.rename('key_of_a', 'after'), node.rename('key_of_b', 'after')];
    node.follower.applyOwn([second]);
    expect(node.peek('b')).toBeUndefined();
    node.follower.applyOwn([first]);
    expect(node.peek('a')).toBeUndefined();
    await node.renew();
    expect(node.follower.position).toBe(5);
    expect(alive(node)).toBe(true);
  });

  test('before the first renewal do not stand for those before them', async () => {
    const node = new TestNode();
    node.commitMany(4);
    node.follower.applyOwn([node.database.commit('key', 'elsewhere')]);
    expect(node.follower.position).toBe(0);
    await node.renew();
    expect(node.follower.position).toBe(5);
  });
});
