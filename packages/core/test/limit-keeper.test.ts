import { expect, test } from 'vitest';
import { MemoryRateLimiter } from '../src/rate-limits/memory-rate-limiter.ts';
import { openMemoryStorage } from '../src/adapters/memory/memory-storage.ts';
import { LimitKeeper } from '../src/rate-limits/limit-keeper.ts';
import { ManualClock } from './model/manual-clock.ts';

const ask = {
  owner: 'key_1',
  counter: 'read',
  name: 'reads',
  limit: 2,
  windowSeconds: 60,
  cost: 1,
};

function start() {
  const clock = new ManualClock();
  const states = openMemoryStorage().rateLimits;
  const limiter = new MemoryRateLimiter();
  const keeper = new LimitKeeper(limiter, states, clock);
  const take = (by = limiter) => by.take([ask], clock.now()).admitted;
  /** As another process would begin, on the same database. */
  const restart = async () => {
    const next = new MemoryRateLimiter();
    const unusable = await new LimitKeeper(next, states, clock).restore();
    return { next, unusable };
  };
  return { clock, states, keeper, take, restart };
}

test('what was admitted before a restart counts after it, for as long as it would have', async () => {
  const { clock, keeper, take, restart } = start();
  expect([take(), take(), take()]).toEqual([true, true, false]);
  await keeper.save();
  clock.pass(30_000);
  const { next, unusable } = await restart();
  expect(unusable).toBeNull();
  expect(take(next)).toBe(false);
  clock.pass(30_000);
  expect([take(next), take(next), take(next)]).toEqual([true, true, false]);
});

test('a first start has nothing to restore, and nothing is written while nothing counts', async () => {
  const { states, keeper, take, restart } = start();
  expect((await restart()).unusable).toBeNull();
  await keeper.save();
  const first = await states.load();
  await keeper.save();
  expect(await states.load()).toBe(first);
  expect(take()).toBe(true);
  await keeper.save();
  expect(await states.load()).not.toBe(first);
});

test('what cannot be used is said, and every limit begins unspent', async () => {
  const { states, take, restart } = start();
  for (const saved of [
    '',
    '{',
    'null',
    '{"version":2}',
    '{"version":1,"savedAtMs":1,"counters":[1]}',
  ]) {
    await states.save(saved);
    const { next, unusable } = await restart();
    expect(unusable).toMatch(/^(the saved rate limits are|a counter among)/);
    expect(take(next)).toBe(true);
  }
});

test('in the background it rests as long as it must not to be felt', async () => {
  const { clock, states, keeper, take } = start();
  const save = states.save.bind(states);
  let saves = 0;
  states.save = async (state) => {
    saves++;
    clock.pass(100);
    await save(state);
  };
  take();
  await keeper.saveGently();
  take();
  await keeper.saveGently();
  expect(saves).toBe(1);
  clock.pass(4_900);
  await keeper.saveGently();
  expect(saves).toBe(2);
});
